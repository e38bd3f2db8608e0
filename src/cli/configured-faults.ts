import type { RunSettings } from '../../simulators/wire/run-settings.ts';
import type { SimulatedDevice } from '../config/index.ts';
import { BellcrankError } from '../errors.ts';
import { pathOf, pathText } from '../yaml/place.ts';

/** What goes wrong with a configured simulator from the start, as it takes it. */
export function faultsOf({ faults = [], faultSeed: seed }: SimulatedDevice): Pick<RunSettings, 'faults'> {
  if (faults.length === 0 && seed === undefined) return {};
  return { faults: { faults, ...(seed !== undefined && { seed }) } };
}

/** What the device itself has found wrong with its faults, told with the place in the configuration; `at` is the simulator's. */
export function withPlace(error: unknown, at: readonly string[]): unknown {
  const found = error instanceof BellcrankError ? error.errors : undefined;
  const wrong = found?.find(({ pointer }) => pointer.startsWith('/faults/'));
  if (wrong === undefined) return error;
  const place = pathText([...at, ...pathOf(wrong.pointer)]);
  return new BellcrankError('invalid-request', `${place}: ${wrong.detail}`, { cause: error });
}
