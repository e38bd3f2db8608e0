import type { Page } from '../data/page.ts';
import { timeOfDay } from '../data/times.ts';
import { forbids } from './interlock.ts';

/** Why a command would be turned away now, in words; empty if nothing is known that would. */
export function locksOf(page: Page, command: string, effect: string): string[] {
  const { live, detail, interlocks, leaseIsOurs, connected } = page;
  const { view, lease } = live;
  const holds = interlocks.filter((each) => !each.satisfied && forbids(each, command, effect));
  return [
    ...(connected ? [] : ['The service does not answer.']),
    ...(view.stopped ? ['The device is stopped. Release the stop first.'] : []),
    ...(detail.enabled ? [] : ['The device is disabled. Enable it first.']),
    ...(lease !== null && !leaseIsOurs && effect !== 'read'
      ? [`${lease.holder} holds the lease until ${timeOfDay(lease.expiresAt)}.`]
      : []),
    ...holds.map(({ name, unless }) => `Interlock ${name} forbids it unless ${unless}.`),
  ];
}
