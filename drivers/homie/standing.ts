import type { Entry, Inventory, State } from './inventory.ts';

/** Whether a device can be reached, and why (not). */
export interface Standing {
  readonly here: boolean;
  readonly detail: string;
}

const meanings: Readonly<Record<Exclude<State, 'ready' | 'alert'>, string>> = {
  init: 'the device says that it is not ready yet',
  disconnected: 'the device says that it has disconnected',
  sleeping: 'the device sleeps',
  lost: 'the device was lost',
};

/** What the state of a device and of its root say together; without a description nothing can be told to it. */
export function standingOf(inventory: Inventory, entry: Entry | undefined, isDescribed: boolean): Standing {
  const away = (detail: string): Standing => ({ here: false, detail });
  if (entry?.state === undefined) return away('no such device announces itself on this broker');
  if (entry.state !== 'ready' && entry.state !== 'alert') return away(meanings[entry.state]);
  const root = entry.announced?.root;
  const above = root === undefined ? undefined : inventory.get(entry.domain, root)?.state;
  // They share a connection, whose last will speaks of the root alone ("Device Lifecycle").
  if (above === 'lost' || above === 'disconnected') return away(`its root ${root} is ${above}`);
  if (!isDescribed) return away('the device has not described itself');
  return { here: true, detail: `the device says ${entry.state}` };
}
