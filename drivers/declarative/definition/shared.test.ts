import { expect, test } from 'vitest';
import { definitionOf, findingsOf } from './fixture.ts';

const channels = `
options: { outputs: { type: integer, minimum: 1, maximum: 3, default: 2 } }
exchanges:
  setting-{output}:
    each: { output: [1, '{outputs}'] }
    send: 'SET{output:%d}?'
    expect: '{volts:%f},{amps:%f}'
properties:
  voltage-{output}:
    each: { output: [1, '{outputs}'] }
    schema: { type: number }
    read: { from: 'setting-{output}', field: volts }
  current-{output}:
    each: { output: [1, '{outputs}'] }
    schema: { type: number }
    scale: 0.001
    read: { from: 'setting-{output}', field: amps }
`;

test('an exchange stands for each value, and the properties of one channel share it', () => {
  const { properties } = definitionOf(channels);
  expect(Object.keys(properties)).toEqual(['voltage-1', 'voltage-2', 'current-1', 'current-2']);
  expect(properties['voltage-2']?.read).toMatchObject({ from: 'setting-2', constants: { output: 2 }, field: 'volts' });
  expect(properties['current-2']?.read?.from).toBe('setting-2');
  expect(properties['current-2']?.read?.steps).toMatchObject([{ fields: { amps: { scale: 0.001, offset: 0 } } }]);
});

test('one of them may be read from without `each`', () => {
  const { properties } = definitionOf(
    `${channels}  second: { schema: { type: number }, read: { from: setting-2, field: volts } }`,
  );
  expect(properties['second']?.read).toMatchObject({ from: 'setting-2', constants: { output: 2 } });
});

test('what it runs over must stand in its name, and what nobody reads from is told', () => {
  expect(findingsOf(channels.replace('setting-{output}:', 'setting:')).join()).toContain('a second time');
  expect(findingsOf(`exchanges:\n  spare-{n}: { each: { n: [1, 2] }, send: 'S{n:%d}', expect: OK }`).join()).toContain(
    'is never used',
  );
});
