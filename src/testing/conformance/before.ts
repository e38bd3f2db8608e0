import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../clock.ts';
import type { Tap } from '../wire/tap.ts';
import type { Action } from './actions.ts';
import { type Far, optionsOf, type Subject } from './subject.ts';

export interface Place {
  readonly far: Far;
  readonly tap: Tap;
  readonly clock: Pick<Clock, 'ioTurn'>;
}

/** Makes the simulated device what it has to be before an action; what it tells of that is heard, whatever a check does. */
export async function prepare(subject: Subject, { command }: Action, { far, tap, clock }: Place): Promise<void> {
  const { before = {} } = subject.samples;
  const wanted = command !== undefined && Object.hasOwn(before, command) ? before[command] : undefined;
  if (wanted === undefined) return;
  const { control } = far;
  const part = control.partOf(subject.driver.model.name, optionsOf(subject)) ?? control.parts[0];
  if (part === undefined)
    throw new Error(`its simulator shows no state (\`parts\`) that \`before\` of ${command} could set`);
  const state = control.state(part);
  const changes = Object.entries(wanted).filter(([name, value]) => !isDeepStrictEqual(state[name]?.value, value));
  if (changes.length === 0) return;
  await tap.aside(async () => {
    control.setState(part, Object.fromEntries(changes));
    await clock.ioTurn();
  });
}
