import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { inTurns } from './turns.ts';

/** Each answer takes so long of the only thread; a rest is over when it is told to be. */
function subject(answerMs: number) {
  const answered: string[] = [];
  const rests: { ms: number; fire: () => void }[] = [];
  let now = 0;
  const answer = ({ url = '' }: IncomingMessage): void => {
    now += answerMs;
    answered.push(url);
  };
  const timer = (ms: number, fire: () => void) => {
    rests.push({ ms, fire });
    return { cancel: () => {} };
  };
  const handler = inTurns(answer, { monotonic: () => now, timer });
  const ask = (url: string, method = 'GET', socket = { destroyed: false }): void =>
    handler({ url, method, socket } as IncomingMessage, {} as ServerResponse); // all that is looked at
  const turns = async (count: number): Promise<void> => {
    for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  const rested = (): void => rests.shift()?.fire();
  return { answered, rests, ask, turns, rested };
}

test('what a turn has no time for waits until there was a rest, in order, and a stop for nothing', async () => {
  const { answered, rests, ask, turns, rested } = subject(15);
  for (const url of ['/1', '/2', '/3', '/4', '/5']) ask(url);
  ask('/v1/devices/psu/stop', 'DELETE');
  ask('/v1/devices/psu/stop', 'POST');
  expect(answered).toEqual(['/1', '/2', '/v1/devices/psu/stop']);
  await turns(3);
  ask('/6');
  ask('/v1/stop?x', 'POST');
  expect(answered.slice(3)).toEqual(['/v1/stop?x']);
  for (const begun of [['/3', '/4'], ['/5', '/v1/devices/psu/stop'], ['/6']]) {
    const before = answered.length;
    rested();
    await turns(3);
    expect(answered.slice(before)).toEqual(begun);
  }
  expect(rests).toEqual([]);
  ask('/7');
  expect(answered.at(-1)).toBe('/7');
});

test.each([
  [30, 1.5],
  [26, 1.3],
  [5000, 20],
])('after %d ms a rest of %d', async (answerMs, ms) => {
  const { rests, ask, turns } = subject(answerMs);
  ask('/1');
  await turns(1);
  expect(rests).toMatchObject([{ ms }]);
});

test('there is none while the turns are short', async () => {
  const { answered, rests, ask, turns } = subject(0.01);
  for (let count = 0; count < 1000; count++) ask('/1');
  expect(answered).toHaveLength(1000);
  await turns(3);
  expect(rests).toEqual([]);
});

test('whoever has gone meanwhile is not answered', async () => {
  const { answered, ask, turns, rested } = subject(30);
  const gone = { destroyed: false };
  ask('/1');
  ask('/2', 'POST', gone);
  ask('/3');
  gone.destroyed = true;
  await turns(2);
  rested();
  await turns(3);
  expect(answered).toEqual(['/1', '/3']);
});
