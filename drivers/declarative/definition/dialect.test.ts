import { expect, test } from 'vitest';
import { type Dialect, findingText, readDefinition } from './dialect.ts';
import { dialects } from './fixture.ts';
import { shapeFindings } from './shape.ts';

const schema = {
  type: 'object',
  properties: { model: { type: 'string' }, modbus: { type: 'object' } },
  required: ['model'],
  additionalProperties: false,
};

const map: Dialect<string> = {
  key: 'modbus',
  understand(value) {
    const findings = shapeFindings(schema, value);
    if (value['model'] === 'odd') findings.push({ path: ['model'], detail: 'is odd', severity: 'error' });
    return { findings, result: `the map ${String(value['model'])}` };
  },
};

const read = (text: string, files: Readonly<Record<string, string>> = {}) => {
  const resolve = (name: string) => (files[name] === undefined ? undefined : { name, text: files[name] });
  return readDefinition<unknown>({ name: 'a.yaml', text }, resolve, [map, ...dialects]);
};

test('a file is handed to the dialect that its key names, merged with what it extends', () => {
  expect(read('model: even\nmodbus: {}')).toEqual({ findings: [], result: 'the map even' });
  const base = { base: 'abstract: true\nmodbus: {}' };
  expect(read('model: even\nextends: base', base)).toEqual({ findings: [], result: 'the map even' });
});

test('what the dialect finds stands where it stands', () => {
  const said = (text: string): string[] => read(text).findings.map(findingText);
  expect(said('modbus: {}\nmodel: odd')).toEqual(['a.yaml:2:8: error: model: is odd']);
  expect(said('modbus: {}\nmodell: x')).toEqual([
    'a.yaml:1:1: error: model: is required',
    'a.yaml:2:1: error: modell: is not a known key; did you mean "model"?',
  ]);
});

test('a key that a dialect is known by is not empty: nothing would take it away, and the file would be another', () => {
  const said = (text: string): string[] => read(text, { base: 'abstract: true\nmodbus: {}' }).findings.map(findingText);
  const expected = 'error: modbus: is empty; write `modbus: {}`';
  expect(said('model: m\nmodbus:')).toEqual([`a.yaml:2:1: ${expected}`]);
  expect(said('model: m\nmodbus: ~\nextends: base')).toEqual([`a.yaml:2:1: ${expected}`]);
});

test('every other file is a text protocol', () => {
  expect(read('model: m\nregisters: {}').findings.map(findingText)).toEqual([
    'a.yaml:2:1: error: registers: is not a known key; known: model, extends, abstract, summary, manual, transport, options, address, line, frame, exchanges, errors, errorQueue, identify, init, resync, stop, properties, commands, events, …',
  ]);
});
