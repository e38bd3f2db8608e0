import type { Findings } from './findings.ts';
import type { ModbusMap } from './map-schema.ts';
import { isBitTable, type Place, placeOf } from './place.ts';
import { rawRange } from './raw.ts';
import type { Register } from './register-schema.ts';

const addresses = 0x1_00_00;

/** False if nothing more can be said of the register. */
export function checkRegister(register: Register, map: Pick<ModbusMap, 'modbus'>, findings: Findings): boolean {
  const place = placeOf(register);
  if (place === undefined) {
    findings.add(whereabouts(register));
    return false;
  }
  const before = findings.list.length;
  checkPlace(place, map, findings);
  checkKeys(register, isBitTable(place.table), findings);
  checkScale(register, findings);
  checkValues(register, isBitTable(place.table), findings);
  checkInvalid(register, findings.at('invalid'));
  return findings.list.length === before;
}

function whereabouts({ address, reference, table }: Register): string {
  if (reference === undefined) return 'needs `table` and `address`, or `reference`';
  if (address !== undefined) return 'has both `address` and `reference`: one is enough';
  const where = table === undefined ? 'any table' : `the table ${table}`;
  return `reference ${reference} is not in ${where}`;
}

function checkPlace({ address, count, table }: Place, map: Pick<ModbusMap, 'modbus'>, findings: Findings): void {
  if (address + count > addresses) findings.add(`ends beyond address ${addresses - 1}`);
  const { maxRegisters = 125 } = map.modbus ?? {};
  if (!isBitTable(table) && count > maxRegisters) {
    findings.add(`takes ${count} registers, and no more than ${maxRegisters} can be read at once`);
  }
}

/** Keys that the type needs, and keys that mean nothing with it. */
function checkKeys(register: Register, isBit: boolean, findings: Findings): void {
  const { type, length, bit, bits, values } = register;
  if (isBit && type !== 'bool' && type !== 'enum') findings.at('type').add('a single bit can be `bool` or `enum`');
  if (isBit && (bit !== undefined || bits !== undefined)) findings.add('a single bit has no bits of its own');
  if (type === 'string' && length === undefined) findings.add('a string needs `length`, in registers');
  if (type !== 'string' && length !== undefined) findings.at('length').add('only a string has a `length`');
  if (type !== 'bool' && bit !== undefined) findings.at('bit').add('only a `bool` has a `bit`');
  if (type !== 'bits' && type !== 'enum' && bits !== undefined)
    findings.at('bits').add('only `bits` and `enum` have `bits`');
  if (type === 'bits' && bits === undefined) findings.add('`bits` needs the first and the last bit');
  if (type === 'enum' && values === undefined) findings.add('an `enum` needs `values`');
  if (type !== 'enum' && values !== undefined) findings.at('values').add('only an `enum` has `values`');
}

function checkScale({ type, scale, offset }: Register, findings: Findings): void {
  if (scale === 0) findings.at('scale').add('0 makes every value the same');
  const isNumber = !['string', 'bool', 'enum'].includes(type);
  if (!isNumber && scale !== undefined) findings.at('scale').add(`a ${type} has no scale`);
  if (!isNumber && offset !== undefined) findings.at('offset').add(`a ${type} has no offset`);
}

function checkValues(register: Register, isBit: boolean, findings: Findings): void {
  const range = isBit ? { min: 0n, max: 1n } : rawRange(register);
  const numbers = new Map<number, string>();
  for (const [text, number] of Object.entries(register.values ?? {})) {
    const place = findings.at('values', text);
    const other = numbers.get(number);
    if (other !== undefined) place.add(`${number} already means ${other}`);
    if (range !== undefined && (BigInt(number) < range.min || BigInt(number) > range.max)) {
      place.add(`the register holds ${range.min} to ${range.max}`);
    }
    numbers.set(number, text);
  }
}

function checkInvalid(register: Register, findings: Findings): void {
  const { invalid } = register;
  if (invalid === undefined) return;
  const range = rawRange(register);
  if (register.type === 'string') return findings.add('a string has no number that means “no value”');
  if (invalid === 'nan') {
    if (range !== undefined) findings.add('only a float can be `nan`');
    return;
  }
  for (const number of [invalid].flat()) {
    const fits =
      range === undefined || (Number.isInteger(number) && number >= Number(range.min) && number <= Number(range.max));
    if (!fits) findings.add(`the register never holds ${number}`);
  }
}
