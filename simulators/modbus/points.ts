import type { ModbusMap, Register } from '../../drivers/modbus/model.ts';
import { type Point, spanOf } from './value.ts';

/**
 * Every register that a map speaks of, by name: properties by their own, what commands write by the command's, and so
 * on. What lies where a property lies is that property.
 */
export function pointsOf(map: ModbusMap): ReadonlyMap<string, Point> {
  const points = new Map<string, Point>();
  const add = (name: string, register: Register): void => {
    const key = JSON.stringify(register);
    const isKnown = [...points.values()].some((point) => JSON.stringify(point.register) === key);
    if (!isKnown) points.set(points.has(name) ? `${name} ${points.size}` : name, pointOf(name, register, map));
  };
  for (const [name, { register }] of Object.entries(map.properties)) add(name, register);
  for (const [name, { writes = [], reads = {} }] of Object.entries(map.commands ?? {})) {
    for (const { register } of writes) add(name, register);
    for (const [key, { register }] of Object.entries(reads)) add(key, register);
  }
  for (const { register } of map.stop?.writes ?? []) add('stop', register);
  if (map.identify !== undefined && 'register' in map.identify) add('identity', map.identify.register);
  return points;
}

export function pointOf(name: string, register: Register, { modbus = {} }: ModbusMap): Point {
  return {
    name,
    register,
    span: spanOf(register),
    swapsWords: (register.wordOrder ?? modbus.wordOrder) === 'little',
    swapsBytes: (register.byteOrder ?? modbus.byteOrder) === 'little',
  };
}
