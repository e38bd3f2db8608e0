import { BellcrankError } from '../../src/driver/index.ts';

/** Bytes to values and back: pure, so that tests need no device. Put the manual's section beside each format. */

/** `SET 40.0` (manual, section "Setting"). */
export function setTarget(celsius: number): string {
  return `SET ${celsius.toFixed(1)}`;
}

/** `TEMP 21.5` (manual, section "Reading"). Anything else is `device-protocol`. */
export function decodeTemperature(line: string): number {
  const digits = /^TEMP (-?\d{1,3}\.\d)$/.exec(line)?.[1];
  if (digits === undefined) throw new BellcrankError('device-protocol', 'the device did not answer with a temperature');
  return Number(digits);
}

/** `OK`, or `ERR <code>` (manual, section "Errors"), which changed nothing. */
export function decodeAnswer(line: string): void {
  const code = /^ERR (\d{1,3})$/.exec(line)?.[1];
  if (code !== undefined) {
    throw new BellcrankError('device-refused', `the device refused with ${code}`, { device: { code, text: line } });
  }
  if (line !== 'OK') throw new BellcrankError('device-protocol', 'the device answered neither OK nor ERR');
}

/** `HEATER <version>` (manual, section "Identity"). */
export function isIdentity(line: string): boolean {
  return /^HEATER \d+\.\d+$/.test(line);
}
