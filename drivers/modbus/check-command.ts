import { BellcrankError } from '../../src/driver/index.ts';
import { suggestion } from '../../src/yaml/suggest.ts';
import { bind } from './binding.ts';
import { checkRegister } from './check-register.ts';
import { checkReadSchema, checkWriteSchema } from './check-schema.ts';
import { checkWriteFunction } from './check-write.ts';
import type { Findings } from './findings.ts';
import type { ModbusCommand, ModbusMap, ModbusWrite } from './map-schema.ts';
import { planWrite } from './write-plan.ts';

export function checkCommand(map: ModbusMap, command: ModbusCommand, findings: Findings): void {
  const { writes = [], reads = {}, effect } = command;
  for (const [index, write] of writes.entries()) checkWrite(map, command, write, findings.at('writes', index));
  for (const [name, { register, schema }] of Object.entries(reads)) {
    if (checkRegister(register, map, findings.at('reads', name, 'register'))) {
      checkReadSchema(register, schema, findings.at('reads', name, 'schema'));
    }
  }
  if (writes.length === 0 && Object.keys(reads).length === 0) findings.add('does nothing: it neither writes nor reads');
  if (effect === 'read' && writes.length > 0) findings.at('effect').add('is `read`, and the command writes');
  if (effect !== 'read' && writes.length === 0) findings.at('effect').add('is `read` for what only reads');
  checkParams(command, findings);
  checkConfirmation(command, findings);
  checkVerify(map, command, findings.at('verify'));
}

/** Writes whose values the map itself gives: what does not fit is known now. */
export function checkConstants(map: ModbusMap, writes: readonly ModbusWrite[], findings: Findings): void {
  for (const [index, write] of writes.entries()) {
    const place = findings.at(index);
    if (checkRegister(write.register, map, place.at('register'))) checkConstant(map, write, place);
  }
}

function checkWrite(map: ModbusMap, { params = {} }: ModbusCommand, write: ModbusWrite, findings: Findings): void {
  const { register, param, value } = write;
  if (!checkRegister(register, map, findings.at('register'))) return;
  if ((param === undefined) === (value === undefined)) return findings.add('needs either `param` or `value`');
  if (param === undefined) return checkConstant(map, write, findings);
  checkWriteFunction(register, write.function, findings);
  const schema = Object.hasOwn(params, param) ? params[param] : undefined;
  if (schema === undefined) findings.at('param').add(`names no parameter${suggestion(param, Object.keys(params))}`);
  else checkWriteSchema(register, schema, findings.at('param'));
}

function checkConstant(map: ModbusMap, { register, value, function: code }: ModbusWrite, findings: Findings): void {
  const before = findings.list.length;
  checkWriteFunction(register, code, findings);
  if (findings.list.length > before) return;
  try {
    planWrite(bind(register, map), value, code);
  } catch (error) {
    if (!(error instanceof BellcrankError)) throw error;
    findings.at('value').add(error.message);
  }
}

function checkParams({ params = {}, writes = [] }: ModbusCommand, findings: Findings): void {
  for (const name of Object.keys(params)) {
    if (!writes.some(({ param }) => param === name)) findings.at('params', name).add('is never written');
  }
}

function checkConfirmation({ confirmation, verify, writes = [] }: ModbusCommand, findings: Findings): void {
  const isReadBack = writes.length > 0 && writes.every(({ function: code }) => code === 23);
  if (confirmation !== 'confirmed' || verify !== undefined || isReadBack) return;
  findings.at('confirmation').add('`confirmed` needs `verify`, or function 23 for every write');
}

function checkVerify(map: ModbusMap, { verify, params = {} }: ModbusCommand, findings: Findings): void {
  if (verify === undefined) return;
  const { property, param } = verify;
  const found = Object.hasOwn(map.properties, property) ? map.properties[property] : undefined;
  if (found === undefined)
    findings.at('property').add(`names no property${suggestion(property, Object.keys(map.properties))}`);
  else if (found.access === 'write') findings.at('property').add(`${property} can never be read`);
  if (Object.hasOwn(params, param)) return;
  findings.at('param').add(`names no parameter${suggestion(param, Object.keys(params))}`);
}
