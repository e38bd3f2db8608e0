import { type AnyDriver, validate } from '../../src/driver/index.ts';
import { checkModbusMap, type ModbusFinding } from './check.ts';
import { modbusDriver } from './driver.ts';
import { type ModbusMap, modbusMapSchema } from './map-schema.ts';

export interface UnderstoodMap {
  readonly findings: readonly (ModbusFinding & { readonly severity: 'error' })[];
  /** Both are absent where something is wrong. */
  readonly driver?: AnyDriver;
  readonly map?: ModbusMap;
}

/** Makes a driver of parsed data, or tells what keeps it from being one, with the places of it. */
export function understandModbusMap(value: unknown): UnderstoodMap {
  const errors = validate(modbusMapSchema, value);
  if (errors.length > 0) {
    return {
      findings: errors.map(({ pointer, detail }) => ({ path: pathOf(pointer, value), detail, severity: 'error' })),
    };
  }
  // Validated just above against the very schema that this type is inferred from.
  const map = value as ModbusMap;
  const findings = checkModbusMap(map).map((finding) => ({ ...finding, severity: 'error' as const }));
  return findings.length > 0 ? { findings } : { findings, driver: modbusDriver(map), map };
}

/** A JSON pointer as keys and indices. */
function pathOf(pointer: string, value: unknown): (string | number)[] {
  const path: (string | number)[] = [];
  let here: unknown = value;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(here) ? Number(key) : key);
    here = typeof here === 'object' && here !== null ? Reflect.get(here, key) : undefined;
  }
  return path;
}
