import { expect, test } from 'vitest';
import { faultsSchemaFor } from '../../../../../simulators/wire/faults/request.ts';
import { propertiesOf, type Schema } from '../../device/form/schema.ts';
import { faultOf, kindsIn, labelOf } from './kinds.ts';

const kinds = kindsIn(faultsSchemaFor('bytes', 'pty'));
const formOf = (name: string): Schema => kinds.find((kind) => kind.name === name)?.form ?? {};
const when = 'When it acts, and for how long (always, unless you say so)';

test('each kind has a form with its own parameters, and those that say when it acts in one place', () => {
  expect(kinds.length).toBeGreaterThan(10);
  expect(kinds.map(({ name }) => name)).toContain('delay');
  for (const { name, form, description } of kinds) {
    expect(description, name).not.toBe('');
    expect(Object.keys(propertiesOf(form)), name).toContain(when);
    expect(Object.keys(propertiesOf(form)), name).not.toContain('kind');
  }
  expect(Object.keys(propertiesOf(formOf('delay')))).toEqual(['direction', 'ms', 'jitterMs', when]);
  expect(formOf('delay')['required']).toEqual(['ms']);
  const triggers = propertiesOf(propertiesOf(formOf('delay'))[when] as Schema);
  expect(Object.keys(triggers)).toEqual(expect.arrayContaining(['probability', 'match', 'when', 'clearAfterMs']));
});

test('what was entered is sent as the service takes it', () => {
  expect(faultOf('delay', { ms: 5, [when]: { match: 'VOLT' } })).toEqual({ kind: 'delay', ms: 5, match: 'VOLT' });
  expect(faultOf('mute', {})).toEqual({ kind: 'mute' });
  expect(faultOf('mute', undefined)).toEqual({ kind: 'mute' });
});

test.each([
  ['jitterMs', { unit: 'ms' }, 'jitter'],
  ['ms', { unit: 'ms' }, 'ms'],
  ['clearAfter', {}, 'clear after'],
  ['load', { title: 'Load' }, 'Load'],
])('%s of %j is labelled %s', (name, schema, label) => {
  expect(labelOf(name, schema)).toBe(label);
});
