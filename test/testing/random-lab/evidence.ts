import type { LabDevice } from '../../../src/testing/index.ts';

/** What a command's parameters make of the simulated device, where that is one thing with a name. */
const effects: Readonly<Record<string, (params: Readonly<Record<string, unknown>>) => readonly [string, unknown]>> = {
  'psu set-voltage': ({ volts }) => ['voltage-setpoint', volts],
  'psu set-current': ({ amps }) => ['current-limit', amps],
  'psu output': ({ on }) => ['output', on],
  'psu write:current-setpoint': ({ value }) => ['current-limit', value],
  'oven-1 heat': ({ celsius }) => ['setpoint', celsius],
  'oven-2 heat': ({ celsius }) => ['setpoint', celsius],
  'plug power': ({ on }) => ['power', on],
};

/** What the protocol of the device rounds. */
const tolerance = 0.06;

/** What a command that succeeded must have made of the simulated device: the name of a state, and its value. */
export function effectOf(device: LabDevice, command: string, params: unknown): readonly [string, unknown] | undefined {
  const named = effects[`${device.id} ${command}`];
  // Valid by the command's schema, which says that it is an object.
  if (named !== undefined) return named(params as Readonly<Record<string, unknown>>);
  const [, property] = /^write:(.*)$/.exec(command) ?? [];
  if (property === undefined || !Object.hasOwn(device.state, property)) return undefined;
  return [property, (params as { readonly value: unknown }).value];
}

export function isSo(actual: unknown, wanted: unknown): boolean {
  if (typeof actual === 'number' && typeof wanted === 'number') {
    return Math.abs(actual - wanted) <= Math.max(tolerance, Math.abs(wanted) * 1e-4);
  }
  if (typeof actual === 'string' && typeof wanted === 'string') return actual.trim() === wanted.trim();
  return typeof actual !== typeof wanted || Object.is(actual, wanted);
}
