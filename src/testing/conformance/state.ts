import type { SimulatorControl } from '../../simulation/control.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { farOf, type Subject } from './subject.ts';

export type StateOf = Readonly<Record<string, unknown>>;

/** What a simulated device would be by then if nobody had attached to it, and how to look at another one likewise. */
export async function baseState(
  subject: Subject,
  atMs: number,
): Promise<{ readonly state: StateOf; of(control: SimulatorControl): StateOf }> {
  const clock = new VirtualClock();
  const far = await farOf(subject, clock);
  await clock.advance(atMs);
  const state = stateOf(far.control);
  await far.close();
  return { state, of: stateOf };
}

/** Everything that somebody could set; what follows from it, or is measured, may differ for other reasons. */
function stateOf(control: SimulatorControl): StateOf {
  const entries = control.parts.flatMap((part) =>
    Object.entries(control.state(part)).flatMap(([name, { value, settable }]) =>
      settable ? [[`${part}: ${name}`, value] as const] : [],
    ),
  );
  return Object.fromEntries(entries);
}
