import { typeOf } from '../template/index.ts';
import type { Bits, Path } from './definition.ts';
import type { RawProperty } from './schema/affordances.ts';
import { entriesOf, error, type Scope } from './scope.ts';

/** Whether the property is a part of its field, which then is an integer. */
export function isOfBits({ read }: RawProperty): boolean {
  return read?.bit !== undefined || read?.bits !== undefined;
}

/** The bits of its field that a property is read from; undefined for one that is all of it. */
export function bitsOf(scope: Scope, raw: RawProperty, path: Path): Bits | undefined {
  const { bit, bits, values } = raw.read ?? {};
  const at = [...path, 'read'];
  const wrong = (key: string, detail: string): void => scope.report(error([...at, key], detail, { key: true }));
  if (bit !== undefined && bits !== undefined) wrong('bit', 'stands beside `bits`; only one of them is meant');
  const [low, high] = bits ?? [bit, bit];
  if (low === undefined || high === undefined) {
    if (values !== undefined) wrong('values', 'gives the numbers of `bit` or `bits` a meaning, and there is neither');
    return undefined;
  }
  if (low > high) scope.report(error([...at, 'bits'], `begins with the lowest bit: [${high}, ${low}]`));
  checkUnscaled(scope, raw, path);
  if (values !== undefined) checkNumbers(scope, values, high - low + 1, [...at, 'values']);
  const isBoolean = low === high && typeOf(raw.schema) === 'boolean';
  const meant = values ?? (isBoolean ? { 0: false, 1: true } : undefined);
  return { low, high, ...(meant !== undefined && { values: meant }) };
}

function checkUnscaled(scope: Scope, raw: RawProperty, path: Path): void {
  for (const key of ['scale', 'offset'] as const) {
    if (raw[key] === undefined) continue;
    scope.report(error([...path, key], 'does not go with bits, which count nothing; give `values`', { key: true }));
  }
}

/** Widest that `values` may be: what it leaves out can be looked through. */
const mostBits = 8;

function checkNumbers(scope: Scope, values: Readonly<Record<string, unknown>>, width: number, path: Path): void {
  if (width > mostBits) {
    scope.report(error(path, `is for ${mostBits} bits at most, and these are ${width}`, { key: true }));
    return;
  }
  const most = 2 ** width - 1;
  for (const [number] of entriesOf(values)) {
    if (/^(0|[1-9]\d*)$/.test(number) && Number(number) <= most) continue;
    const detail = `is none of the numbers 0 to ${most}, which ${width === 1 ? 'one bit makes' : `${width} bits make`}`;
    scope.report(error([...path, number], detail, { key: true }));
  }
}
