import { BellcrankError, messageOf } from '../errors.ts';
import type { ModemLines, Port } from './serial-port.ts';

/**
 * Sets DTR and RTS as configured. Opening raises both (the kernel does), so the one that is not named is up already.
 * A port that cannot do what is asked for is closed: a board that is held in reset by a line would never answer.
 */
export async function setLines(port: Port, path: string, { dtr, rts }: Partial<ModemLines>): Promise<void> {
  if (dtr === undefined && rts === undefined) return;
  try {
    await port.setLines({ dtr: dtr ?? true, rts: rts ?? true });
  } catch (error) {
    await port.close(true).catch(() => {});
    const detail = `DTR and RTS of ${path} cannot be set (${messageOf(error)}); leave dtr and rts out if it has none`;
    throw new BellcrankError('device-offline', detail, { cause: error });
  }
}
