import { messageOf } from '../../src/driver/index.ts';
import { suggestion } from '../../src/yaml/suggest.ts';
import { bind, valueIn } from './binding.ts';
import type { Findings } from './findings.ts';
import type { ModbusExample, ModbusMap } from './map-schema.ts';
import { fromReference, isBitTable } from './place.ts';
import { type Table, tables } from './register-schema.ts';

/** What a device holds, by `table address`. */
type Held = ReadonlyMap<string, number>;

/** Whether what the examples hold is read as what they say. */
export function checkExamples(map: ModbusMap, findings: Findings): void {
  for (const [index, example] of (map.examples ?? []).entries()) checkExample(map, example, findings.at(index));
}

function checkExample(map: ModbusMap, { read, registers }: ModbusExample, findings: Findings): void {
  const held = heldBy(registers, findings.at('registers'));
  if (held === undefined) return;
  for (const [name, expected] of Object.entries(read)) {
    const place = findings.at('read', name);
    const property = Object.hasOwn(map.properties, name) ? map.properties[name] : undefined;
    if (property === undefined) place.add(`names no property${suggestion(name, Object.keys(map.properties))}`);
    else if (property.access === 'write') place.add('can never be read');
    else for (const detail of differences(map, property.register, held, expected)) place.add(detail);
  }
}

/** Undefined if a place is none, which is told. */
function heldBy(registers: ModbusExample['registers'], findings: Findings): Held | undefined {
  const held = new Map<string, number>();
  const before = findings.list.length;
  for (const [key, numbers] of Object.entries(registers)) {
    const place = placeAt(key);
    if (place === undefined) findings.at(key).add('is no place: write the manual’s number or, say, `input 0`');
    for (const [index, number] of [numbers].flat().entries()) {
      if (place === undefined) continue;
      const at = `${place.table} ${place.address + index}`;
      if (held.has(at)) findings.at(key).add(`has ${at}, which is there already`);
      if (isBitTable(place.table) && number !== 0 && number !== 1) findings.at(key).add('holds bits, 0 or 1');
      held.set(at, number & 0xff_ff);
    }
  }
  return findings.list.length === before ? held : undefined;
}

function placeAt(key: string): { readonly table: Table; readonly address: number } | undefined {
  if (/^\d{1,6}$/.test(key)) return fromReference(Number(key));
  const [, name, address] = /^([a-z]+) (\d{1,5})$/.exec(key) ?? [];
  const table = tables.find((candidate) => candidate === name);
  return table === undefined || Number(address) > 0xff_ff ? undefined : { table, address: Number(address) };
}

function differences(
  map: ModbusMap,
  register: ModbusMap['properties'][string]['register'],
  held: Held,
  expected: unknown,
): string[] {
  const binding = bind(register, map);
  const { table, address, count } = binding.place;
  const places = Array.from({ length: count }, (_, index) => `${table} ${address + index}`);
  const words = places.map((place) => held.get(place));
  const missing = places.find((_, index) => words[index] === undefined);
  if (missing !== undefined) return [`is read from ${missing}, which is not among the registers`];
  try {
    const found = valueIn(binding, words.map(Number), address);
    return found === expected ? [] : [`is read as ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`];
  } catch (error) {
    return [`cannot be read: ${messageOf(error)}`];
  }
}
