import { expect, test } from 'vitest';
import { faulty, Subject } from '../../../test/support/faulty.ts';
import { settle } from '../../../src/testing/virtual-clock.ts';
import { outputLimitBytes } from './output.ts';

const duplicate = (copies: number, more: object = {}) => ({ kind: 'duplicate', copies, ...more });
const garbage = (bytes: number, where = 'around') => ({ kind: 'garbage', bytes, where });

test.for([
  ['five that double a hundred times', Array.from({ length: 5 }, () => duplicate(100))],
  ['ten that double once', Array.from({ length: 10 }, () => duplicate(1))],
  ['later ones', Array.from({ length: 5 }, () => duplicate(100, { gapMs: 10 }))],
  [
    'those of either direction, between which there may be an echo',
    [duplicate(99), duplicate(99, { direction: 'heard' })],
  ],
] as const)('duplicates do not multiply without bound: %s', async ([, faults]) => {
  const { control, faults: set } = await faulty();
  await expect(set(...faults)).rejects.toMatchObject({
    code: 'invalid-request',
    errors: [{ pointer: '/faults', detail: expect.stringContaining('may make 1000') }],
  });
  expect(control.faults().faults).toEqual([]);
});

test('garbage counts for each copy', async () => {
  const { faults: set } = await faulty();
  const detail = expect.stringContaining('may add 1048576');
  const refused = { code: 'invalid-request', errors: [{ pointer: '/faults', detail }] };
  await expect(set(...Array.from({ length: 9 }, () => garbage(65_536)))).rejects.toMatchObject(refused);
  await expect(set(duplicate(15), garbage(65_536))).rejects.toMatchObject(refused);
  await expect(
    set(duplicate(100), { kind: 'garbage', text: 'x'.repeat(1000), where: 'around' }),
  ).resolves.toBeDefined();
  await expect(set(duplicate(15), garbage(65_536, 'before'))).resolves.toBeDefined();
  await expect(set(...Array.from({ length: 9 }, () => duplicate(1)), garbage(4))).resolves.toBeDefined();
});

test('what nobody reads is lost beyond a bound, told once, and what is read later arrives', async () => {
  const subject = new Subject();
  const bench = await faulty({ subject, via: 'tcp', real: true });
  const near = await bench.open();
  await expect.poll(() => subject.seen.length).toBe(1);
  const frame = 'x'.repeat(9999) + '\n';
  // Within one turn, so that the socket has no chance.
  for (let count = 0; count < 5000; count++) subject.say(frame).catch(() => {});
  await expect.poll(() => near.text().length).toBeGreaterThan(100_000);
  await settle();
  const arrived = near.text().length;
  expect(arrived).toBeLessThan(outputLimitBytes + 10_000);
  const unread = () => bench.events.filter((event) => event.kind === 'acted' && event.fault === 'unread').length;
  expect(unread()).toBe(1);
  await expect.poll(() => near.text().length % frame.length).toBe(0);
  await subject.say('still here\n');
  await expect.poll(() => near.text().endsWith('still here\n')).toBe(true);
});
