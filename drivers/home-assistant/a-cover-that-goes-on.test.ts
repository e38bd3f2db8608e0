import { expect, test } from 'vitest';
import { announcer } from '../../test/support/home-assistant.ts';

/** A cover that says on its way what it says at rest. */
async function cover(state: string, more: object = {}) {
  const it = await announcer();
  await it.announce('cover/blind', {
    name: 'Blind',
    uniq_id: 'blind',
    cmd_t: 'b/set',
    stat_t: 'b/state',
    dev: { ids: ['board'], name: 'Board' },
    ...more,
  });
  await it.say('b/state', state, true);
  return { ...it, ...(await it.attach('board')) };
}

test.each([
  ['blind-stop-moving', 'open', 'open'],
  ['blind-open', 'open', 'open'],
  ['blind-open', 'closing', 'open'],
  ['blind-close', 'open', 'open'],
])('%s of a cover that was %s: that it is %s says nothing of it', async (command, before, after) => {
  const { run, call, say, clock } = await cover(before);
  const its = call();
  const outcome = expect(run(command, {}, its)).rejects.toMatchObject({ code: 'device-timeout' });
  await say('b/state', after);
  await clock.advance(3000);
  await outcome;
  expect(its.confirmed).toEqual([]);
});

test.each([
  ['blind-stop-moving', 'opening', 'open'],
  ['blind-stop-moving', 'open', 'stopped'],
  ['blind-stop-moving', 'open', 'closed'],
  ['blind-open', 'closed', 'open'],
  ['blind-open', 'open', 'opening'],
  ['blind-close', 'open', 'closed'],
])('%s of a cover that was %s: that it is %s answers', async (command, before, after) => {
  const { run, call, say } = await cover(before);
  const its = call();
  const running = run(command, {}, its);
  await say('b/state', after);
  await running;
  expect(its.confirmed).toMatchObject([{ level: 'acknowledged' }]);
});

test('one that describes its word for being on its way stands if it says another one', async () => {
  const { run, call, say } = await cover('open', { stat_opening: 'up' });
  const its = call();
  const running = run('blind-stop-moving', {}, its);
  await say('b/state', 'open');
  await running;
  expect(its.confirmed).toMatchObject([{ level: 'acknowledged' }]);
});
