import { expect, test } from 'vitest';
import { Negotiator } from './negotiator.ts';
import { options, verbs } from './telnet.ts';

function bench() {
  const sent: Uint8Array[] = [];
  return { sent, negotiator: new Negotiator((bytes) => sent.push(bytes)) };
}

test('an offer that is declined is declined once, however often it is made', () => {
  const { negotiator, sent } = bench();
  for (let round = 0; round < 1000; round++) negotiator.heard(verbs.do, 8);
  expect(sent).toHaveLength(1);
  expect(negotiator.isEndless).toBe(false);
});

test('a server that changes its mind for ever is answered so often, and no more', () => {
  const { negotiator, sent } = bench();
  for (let round = 0; round < 100_000; round++) {
    negotiator.heard(verbs.will, options.binary);
    negotiator.heard(verbs.wont, options.binary);
  }
  expect(sent.length).toBeLessThanOrEqual(200);
  expect(negotiator.isEndless).toBe(true);
});
