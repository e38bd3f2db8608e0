import { expect, test } from 'vitest';
import { announcer } from '../../test/support/home-assistant.ts';

const dev = { ids: ['board'], name: 'Board' };
const part = (name: string, more: object = {}) => ({
  '~': name,
  name,
  uniq_id: name,
  cmd_t: '~/set',
  stat_t: '~/state',
  avty_t: '~/status',
  dev,
  ...more,
});

async function board() {
  const it = await announcer();
  await it.announce('switch/relay', part('relay'));
  await it.announce('switch/lamp', part('lamp'));
  for (const name of ['relay', 'lamp']) await it.say(`${name}/status`, 'online', true);
  return { ...it, ...(await it.attach('board')) };
}

test('the states that it tells when it has started afresh answer no command of before', async () => {
  const { write, call, say, clock } = await board();
  const off = call();
  const outcome = expect(write('relay', false, off)).rejects.toMatchObject({ code: 'device-timeout' });
  await say('relay/status', 'offline', true);
  await say('relay/status', 'online', true);
  await say('relay/state', 'OFF');
  await clock.advance(3000);
  await outcome;
  expect(off.confirmed).toEqual([]);
});

test('that another part of it starts afresh does not matter', async () => {
  const { write, call, say } = await board();
  const off = call();
  const outcome = write('relay', false, off);
  await say('lamp/status', 'offline', true);
  await say('lamp/status', 'online', true);
  await say('relay/state', 'OFF');
  await outcome;
  expect(off.confirmed).toMatchObject([{ level: 'confirmed' }]);
});
