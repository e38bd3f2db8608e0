import { isDeepStrictEqual } from 'node:util';
import type { Refusal } from '../../drivers/declarative/definition/definition.ts';
import type { Template } from '../../drivers/declarative/template/template.ts';
import { defaultFaults, type DeviceFault } from './device-errors.ts';

/** Why nothing was done, and how the device says so, where its definition gives the words. */
export interface Refused {
  readonly fault: DeviceFault;
  readonly reply?: Template;
}

/** The first clause by which this is refused. `on` is a command's name, or `write:` and a property's. */
export function refusalOf(
  refusals: readonly Refusal[],
  on: string,
  params: Readonly<Record<string, unknown>>,
  stateOf: (name: string) => unknown,
): Refusal | undefined {
  return refusals.find((refusal) => refusal.on === on && isInState(refusal, stateOf) && isOutside(refusal, params));
}

function isInState({ when = {} }: Refusal, stateOf: (name: string) => unknown): boolean {
  return Object.entries(when).every(([name, value]) => isDeepStrictEqual(stateOf(name), value));
}

function isOutside(refusal: Refusal, params: Readonly<Record<string, unknown>>): boolean {
  const { above, below, equals, param = 'value' } = refusal;
  if (above === undefined && below === undefined && equals === undefined) return true;
  const value = params[param];
  if (equals !== undefined && isDeepStrictEqual(value, equals)) return true;
  if (typeof value !== 'number') return false;
  return (above !== undefined && value > above) || (below !== undefined && value < below);
}

/** What the device says of a refusal by this clause. */
export function refusedBy({ code, text, reply }: Refusal): Refused {
  const { outOfRange } = defaultFaults;
  const isSaid = code !== undefined || text !== undefined;
  const fault = isSaid ? { code: code ?? outOfRange.code, text: text ?? 'Refused' } : outOfRange;
  return reply === undefined ? { fault } : { fault, reply };
}
