import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { identifyForms, modbusMapSchema } from './map-schema.ts';
import { registerSchema } from './register-schema.ts';

const text = await readFile(new URL('README.md', import.meta.url), 'utf8');

/** Keys in the table under a heading. */
function told(heading: string): string[] {
  const [, after = ''] = text.split(`\n### ${heading}\n`);
  const [section = ''] = after.split(/\n##+ /);
  return [...section.matchAll(/^\| `(\w+)` /gm)].map(([, key = '']) => key).toSorted();
}

const { properties } = modbusMapSchema;
const property = properties.properties.patternProperties['^[a-z][a-z0-9]*(-[a-z0-9]+)*$'];
const command = properties.commands.patternProperties['^[a-z][a-z0-9]*(-[a-z0-9]+)*$'];

test.each([
  ['The map', properties],
  ['modbus', properties.modbus.properties],
  ['identify', { ...identifyForms.register.properties, ...identifyForms.object.properties }],
  ['A property', property?.properties],
  ['write of a property', property?.properties.write.properties],
  ['A command', command?.properties],
  ['stop', properties.stop.properties],
  ['An example', properties.examples.items.properties],
  ['A register', registerSchema.properties],
])('%s: the table has every key', (heading, keys) => {
  expect(told(heading)).toEqual(Object.keys(keys ?? {}).toSorted());
});
