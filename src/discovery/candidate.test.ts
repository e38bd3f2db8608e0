import { Type } from '@sinclair/typebox';
import { expect, test } from 'vitest';
import type { AnyDriver } from '../driver/contract.ts';
import { candidateId, knownCandidate } from './candidate.ts';

const driver: AnyDriver = {
  contract: 1,
  model: { name: 'toy', summary: 'A toy', commands: {}, properties: {}, events: {} },
  transports: ['mqtt'],
  options: Type.Object({ topic: Type.String({ maxLength: 10 }) }, { additionalProperties: false }),
  address: (options) => (options as { topic: string }).topic,
  attach: () => Promise.reject(new Error('not here')),
};
const source = { connection: 'broker', driver, simulated: true };
const plain = { identity: 'S1', name: 'lamp', options: { topic: 'lamp' } };

test('its id is made of connection, dialect and identity, and of nothing else', () => {
  const id = candidateId('broker', 'toy', 'S1');
  expect(knownCandidate(plain, source, 1).id).toBe(id);
  expect(knownCandidate({ ...plain, name: 'other', options: {} }, source, 9).id).toBe(id);
  expect(id).toMatch(/^[0-9a-f]{16}$/);
  expect(new Set([id, candidateId('broke', 'rtoy', 'S1'), candidateId('broker', 'toyS', '1')]).size).toBe(3);
});

test('what it says of itself is kept to what can be printed', () => {
  const known = knownCandidate(
    {
      ...plain,
      name: ' a\u0007\u202e\n b\ud800 ',
      model: 'm'.repeat(999),
      manufacturer: '\u0000',
      version: 4 as never,
    },
    source,
    7,
  );
  expect(known).toMatchObject({ name: 'a b', state: 'announced', firstSeenAt: 7, place: 'lamp', simulated: true });
  expect(known.model).toBe(`${'m'.repeat(199)}…`);
  expect(known).not.toHaveProperty('manufacturer');
  expect(known).not.toHaveProperty('version');
  expect(knownCandidate({ ...plain, name: '\n' }, source, 7).name).toBe('S1');
  const emoji = knownCandidate({ ...plain, name: `${'x'.repeat(198)}😀😀` }, source, 7).name;
  expect([emoji.isWellFormed(), emoji.length]).toEqual([true, 199]);
});

test('options that its driver does not take make it unsupported, and are not kept', () => {
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  for (const options of [{ topic: 1 }, { topic: 'x'.repeat(11) }, { x: 1 }, { topic: 'x'.repeat(9000) }, circle, 5n]) {
    const known = knownCandidate({ ...plain, options }, source, 7);
    expect(known).toMatchObject({ options: {}, place: undefined });
    expect(known.unsupported).toEqual(expect.any(String));
  }
  const said = knownCandidate({ ...plain, unsupported: 'riddles' }, source, 7);
  expect(said).toMatchObject({ unsupported: 'riddles', options: { topic: 'lamp' } });
});
