import { BellcrankError } from '../../errors.ts';
import type { Limits } from '../listening/limits.ts';
import { factsOf } from '../route-facts.ts';
import type { Services } from '../routes.ts';
import type { Way } from '../way.ts';
import { Load, type Trouble } from './load.ts';
import { Sustained } from './sustained.ts';

const words: Readonly<Record<Trouble, string>> = {
  late: 'it is too far behind with its work',
  full: 'it is short of memory',
};

/** Sheds load before the process is so late, or so full, that nobody is served. */
export function guardPressure(
  way: Way,
  limits: Limits,
  { clock, eventLoop }: Pick<Services, 'clock' | 'eventLoop'>,
): void {
  const load = new Load(limits, clock, eventLoop);
  const pressed = new Sustained(clock);
  way.guard((request) => {
    const { trouble } = load;
    if (trouble === undefined || !pressed.seen() || factsOf(request).isExempt) return;
    throw new BellcrankError('overloaded', `${words[trouble]}; try again later`, { retryAfterMs: 5000 });
  });
}
