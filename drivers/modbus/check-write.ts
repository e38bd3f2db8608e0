import { bitFieldOf } from './bit-field.ts';
import type { Findings } from './findings.ts';
import type { WriteFunction } from './map-schema.ts';
import { isBitTable, placeOf } from './place.ts';
import { mostRegisters } from './pdu.ts';
import type { Register } from './register-schema.ts';

/** Whether the register can be written, and by that function. */
export function checkWriteFunction(register: Register, code: WriteFunction | undefined, findings: Findings): void {
  const place = placeOf(register);
  if (place === undefined) return;
  const { table, count } = place;
  if (table === 'input' || table === 'discrete') return findings.add(`the table ${table} can only be read`);
  const most = code === 23 ? mostRegisters.writeAndRead : mostRegisters.write;
  if (count > most) findings.add(`takes ${count} registers, and no more than ${most} can be written at once`);
  const detail = code === undefined ? undefined : misfit(register, code, isBitTable(table), count);
  if (detail !== undefined) findings.at('function').add(`function ${code} ${detail}`);
}

function misfit(register: Register, code: WriteFunction, isCoil: boolean, count: number): string | undefined {
  const hasField = bitFieldOf(register) !== undefined;
  if (isCoil !== (code === 5 || code === 15)) return isCoil ? 'does not write coils' : 'writes coils';
  if (code === 6 && count > 1) return `writes one register, and the value takes ${count}`;
  if (code === 22 && !hasField) return 'changes bits of a register, and the value takes all of them';
  if (code === 23 && hasField) return 'writes whole registers, and the value takes some bits';
  return undefined;
}
