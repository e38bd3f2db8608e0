import { type Fields, fieldOf, isFields, namesOf } from '../../src/driver/index.ts';
import type { Description, Sensor } from './description.ts';
import { stateOf, type Words } from './document.ts';
import type { Feature } from './feature.ts';
import { pushed } from './specs.ts';

function at(fields: Fields, path: Sensor['path']): unknown {
  let value: unknown = fields;
  for (const key of path) {
    if (typeof key === 'number') value = Array.isArray(value) ? value[key] : undefined;
    else value = isFields(value) ? fieldOf(value, key) : undefined;
  }
  return value;
}

function told({ path, kind, follows }: Sensor, fields: Fields, words: Words): unknown {
  const value = at(fields, path);
  if (kind === 'switch') return stateOf(follows && isFields(value) ? fieldOf(value, 'Action') : value, words);
  // Of a sensor that cannot be read: the firmware prints what is not a number as null (`dtostrfd`).
  if (value === null) return null;
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** `DS18B20` is one word, `ExportTariff` are two; a list's members are counted from 1. */
function pathText(path: Sensor['path']): string {
  const word = (key: string | number): string =>
    typeof key === 'number' ? String(key + 1) : /[a-z]/.test(key) ? key : key.toLowerCase();
  return path
    .map(word)
    .join(' ')
    .replace(/^Switch(\d+)$/, 'Switch $1');
}

function feature(sensor: Sensor, name: string): Feature {
  const { kind, path, unit } = sensor;
  const title = path.map((key) => (typeof key === 'number' ? key + 1 : key)).join(' ');
  const schema = kind === 'switch' ? { type: 'boolean', title } : { type: 'number', title, ...(unit && { unit }) };
  return {
    name,
    spec: pushed(title, schema),
    from: 'sensors',
    told: (fields, stateWords) => told(sensor, fields, stateWords),
  };
}

export function sensorFeatures({ sensors }: Description, taken: ReadonlySet<string>): readonly Feature[] {
  const texts = sensors.map(({ path }) => pathText(path));
  const names = namesOf(texts);
  return sensors.map((sensor, index) => {
    const name = names.get(texts[index] ?? '') ?? 'sensor';
    return feature(sensor, taken.has(name) ? `sensor-${name}`.slice(0, 63) : name);
  });
}
