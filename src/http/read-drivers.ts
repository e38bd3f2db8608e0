import { inTurn } from '../in-turn.ts';
import type { AnyDriver } from '../driver/contract.ts';

type Described = Pick<AnyDriver, 'model'>;

const read = new WeakSet<Described>();

/**
 * Has each driver say what it is, one in a turn of the event loop: those that come with us are read when they are first
 * asked, which takes half a second for all of them, and a stop must not wait for that.
 */
export async function readDrivers(drivers: readonly Described[]): Promise<void> {
  const unread = drivers.filter((driver) => !read.has(driver));
  await inTurn(unread, (driver) => void (driver.model.commands, read.add(driver)), 1);
}
