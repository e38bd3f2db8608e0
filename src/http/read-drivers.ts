import type { AnyDriver } from '../driver/contract.ts';

type Described = Pick<AnyDriver, 'model' | 'transports' | 'options'>;

const read = new WeakSet<Described>();

/**
 * Has each driver say what it is, one in a turn of the event loop: those that come with us are read when they are first
 * asked, which takes half a second for all of them, and a stop must not wait for that.
 */
export async function readDrivers(drivers: readonly Described[]): Promise<void> {
  for (const driver of drivers) {
    if (read.has(driver)) continue;
    // Whoever asks for these has the driver read.
    const { model, transports, options } = driver;
    if (model.commands !== undefined && transports !== undefined && options !== undefined) read.add(driver);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
