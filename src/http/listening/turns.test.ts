import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { inTurns } from './turns.ts';

/** Each answer takes 6 ms of the only thread. */
function subject() {
  const answered: string[] = [];
  let now = 0;
  const answer = ({ url = '' }: IncomingMessage): void => {
    now += 6;
    answered.push(url);
  };
  const handler = inTurns(answer, { monotonic: () => now });
  const ask = (url: string, method = 'GET', socket = { destroyed: false }): void =>
    handler({ url, method, socket } as IncomingMessage, {} as ServerResponse); // all that is looked at
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return { answered, ask, turn };
}

test('what a turn has no time for waits for the next one, in order, and a stop for nothing', async () => {
  const { answered, ask, turn } = subject();
  for (const url of ['/1', '/2', '/3', '/4', '/5']) ask(url);
  ask('/v1/devices/psu/stop', 'DELETE');
  ask('/v1/devices/psu/stop', 'POST');
  ask('/v1/stop?x', 'POST');
  expect(answered).toEqual(['/1', '/2', '/v1/devices/psu/stop', '/v1/stop?x']);
  await turn();
  ask('/6');
  expect(answered.slice(4)).toEqual(['/3', '/4']);
  for (let turns = 0; turns < 3; turns++) await turn();
  expect(answered.slice(6)).toEqual(['/5', '/v1/devices/psu/stop', '/6']);
});

test('whoever has gone meanwhile is not answered', async () => {
  const { answered, ask, turn } = subject();
  const gone = { destroyed: false };
  ask('/1');
  ask('/2');
  ask('/3', 'POST', gone);
  gone.destroyed = true;
  for (let turns = 0; turns < 3; turns++) await turn();
  expect(answered).toEqual(['/1', '/2']);
});
