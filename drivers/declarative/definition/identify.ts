import type { Definition, Exchange, Wait } from './definition.ts';
import { noMeaning, stepsOf } from './exchanges.ts';
import { error, type Scope } from './scope.ts';

/**
 * Who the device is: the exchange that tells it, and those before it. Without a reply it would ask every device, and hear
 * from none who it is.
 */
export function identifyOf(scope: Scope): Pick<Definition, 'identify' | 'identifyFirst'> {
  const { identify: raw } = scope.raw;
  if (raw === undefined) return {};
  const steps = stepsOf(scope, raw, ['identify'], noMeaning).flatMap((step): (Exchange | Wait)[] => {
    if (step.kind !== 'repeat') return [step];
    scope.report(error(step.path, 'stands in `identify`, which asks once'));
    return [];
  });
  const identify = steps.at(-1);
  if (identify?.kind === 'exchange') {
    if (identify.expect.length === 0)
      scope.report(error(identify.path, 'needs `expect`: what the device says that it is'));
    const first = steps.slice(0, -1);
    return { identify, ...(first.length > 0 && { identifyFirst: first }) };
  }
  if (identify !== undefined) scope.report(error(identify.path, 'must not be the last: it tells nothing'));
  return {};
}
