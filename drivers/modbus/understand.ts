import type { AnyDriver } from '../../src/driver/index.ts';
import { checkModbusMap, type ModbusFinding } from './check.ts';
import { modbusDriver } from './driver.ts';
import type { ModbusMap } from './map-schema.ts';
import { shapeFindings } from './shape.ts';

export interface UnderstoodMap {
  readonly findings: readonly (ModbusFinding & { readonly severity: 'error' })[];
  /** Both are absent where something is wrong. */
  readonly driver?: AnyDriver;
  readonly map?: ModbusMap;
}

/** Makes a driver of parsed data, or tells what keeps it from being one, with the places of it. */
export function understandModbusMap(value: unknown): UnderstoodMap {
  const shape = shapeFindings(value);
  if (shape.length > 0) return { findings: shape.map((finding) => ({ ...finding, severity: 'error' })) };
  // Inspected just above by the very schema that this type is inferred from.
  const map = value as ModbusMap;
  const findings = checkModbusMap(map).map((finding) => ({ ...finding, severity: 'error' as const }));
  return findings.length > 0 ? { findings } : { findings, driver: modbusDriver(map), map };
}
