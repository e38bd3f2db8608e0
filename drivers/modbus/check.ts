import { checkCommand, checkConstants } from './check-command.ts';
import { checkExamples } from './check-examples.ts';
import { checkOverlaps } from './check-overlap.ts';
import { checkRegister } from './check-register.ts';
import { checkReadSchema, checkWriteSchema } from './check-schema.ts';
import { checkWriteFunction } from './check-write.ts';
import { type Finding, Findings } from './findings.ts';
import type { ModbusMap, ModbusProperty } from './map-schema.ts';

export type ModbusFinding = Finding;

/** What is wrong with a map that fits the schema. An empty list: `modbusDriver` can be made of it. */
export function checkModbusMap(map: ModbusMap): ModbusFinding[] {
  const findings = new Findings();
  for (const [name, property] of Object.entries(map.properties)) {
    checkProperty(map, property, findings.at('properties', name));
  }
  for (const [name, command] of Object.entries(map.commands ?? {})) {
    checkCommand(map, command, findings.at('commands', name));
  }
  if (map.stop !== undefined) checkConstants(map, map.stop.writes, findings.at('stop', 'writes'));
  checkIdentity(map, findings.at('identify'));
  checkOverlaps(map, findings.at('properties'));
  // What is wrong with a register would be told once more for each example.
  if (findings.list.length === 0) checkExamples(map, findings.at('examples'));
  return findings.list;
}

function checkProperty(map: ModbusMap, property: ModbusProperty, findings: Findings): void {
  const { register, schema, access, write } = property;
  if (!checkRegister(register, map, findings.at('register'))) return;
  checkReadSchema(register, schema, findings.at('schema'));
  if (write === undefined) {
    if (access === 'write') findings.add('can be neither read nor written: it has no `write`');
    return;
  }
  checkWriteFunction(register, write.function, findings.at('write'));
  checkWriteSchema(register, write.schema ?? schema, findings.at(...(write.schema ? ['write', 'schema'] : ['schema'])));
  if (access === 'write' && write.verify !== undefined)
    findings.at('write', 'verify').add('what is never read cannot be verified');
  const isReadBack = write.verify !== undefined || write.function === 23;
  if (write.confirmation === 'confirmed' && !isReadBack) {
    findings.at('write', 'confirmation').add('`confirmed` needs `verify`, or function 23, which reads back');
  }
}

function checkIdentity({ identify, ...map }: ModbusMap, findings: Findings): void {
  if (identify === undefined) return;
  if ('register' in identify) return void checkRegister(identify.register, map, findings.at('register'));
  if (identify.equals === undefined && identify.startsWith === undefined) {
    findings.add('says nothing to compare with: give `equals` or `startsWith`');
  }
}
