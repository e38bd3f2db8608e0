import { type SupplyError, supplyErrors } from './error-queue.ts';

/** Suffix multipliers (IEEE 488.2 §7.7.3). M is milli everywhere but before HZ and OHM, MA is mega. */
const multipliers: Readonly<Record<string, number>> = {
  G: 1e9,
  MA: 1e6,
  K: 1e3,
  '': 1,
  M: 1e-3,
  U: 1e-6,
  N: 1e-9,
};

/** NRf and what follows it; white space may stand before the suffix (IEEE 488.2 §7.7.2, §7.7.3). */
const decimal = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:E[+-]?\d+)?)\s*([A-Z]*)$/;

export interface Range {
  readonly unit: 'V' | 'A';
  readonly min: number;
  readonly max: number;
}

/** A numeric value with an optional unit, MIN or MAX (SCPI-1999 vol. 1 §7.2.1). The range itself is not checked. */
export function parseNumeric(text: string, range: Range): number | SupplyError {
  const upper = text.toUpperCase();
  if (upper === 'MIN' || upper === 'MINIMUM') return range.min;
  if (upper === 'MAX' || upper === 'MAXIMUM') return range.max;
  const [, digits, suffix] = decimal.exec(upper) ?? [];
  if (digits === undefined || suffix === undefined) return supplyErrors.dataType;
  const multiplier = suffix === '' ? 1 : multiplierOf(suffix, range.unit);
  return multiplier === undefined ? supplyErrors.invalidSuffix : Number(digits) * multiplier;
}

/** The unit must be there when a multiplier is: `500MV`, not `500M`. */
function multiplierOf(suffix: string, unit: string): number | undefined {
  return suffix.endsWith(unit) ? multipliers[suffix.slice(0, -unit.length)] : undefined;
}

/** ON, OFF or a number, which counts as ON unless it rounds to 0 (SCPI-1999 vol. 1 §7.3). */
export function parseSwitch(text: string): boolean | SupplyError {
  const upper = text.toUpperCase();
  if (upper === 'ON') return true;
  if (upper === 'OFF') return false;
  const [, digits, suffix] = decimal.exec(upper) ?? [];
  return digits === undefined || suffix !== '' ? supplyErrors.dataType : Math.round(Number(digits)) !== 0;
}
