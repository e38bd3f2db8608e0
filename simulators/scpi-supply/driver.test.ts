import { expect, onTestFinished, test } from 'vitest';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { makeCall } from '../../test/support/call.ts';
import { makeContext } from '../../test/support/context.ts';
import { scpiSupplySimulator } from './index.ts';

async function attached() {
  const clock = new VirtualClock();
  const simulator = scpiSupplySimulator.create({ clock, seed: 1, options: {} });
  const told = makeContext(clock);
  const session = await simulator.driver.attach(null, { replyTimeoutMs: 100 }, told.context);
  onTestFinished(() => {
    told.end();
    simulator.close();
  });
  const begin = () => {
    const recorded = makeCall(null);
    // The contract erases params and calls to `never`.
    const ended = session.commands['set-voltage']?.({ volts: 5 } as never, recorded.call as never);
    ended?.catch(() => {});
    return { ...recorded, ended };
  };
  return { clock, behaviour: simulator.behaviour, session, told, begin };
}

test('face 1 needs no time when nothing is slow', async () => {
  const { begin, behaviour, clock } = await attached();
  const { ended, confirmed } = begin();
  await expect(ended).resolves.toEqual({});
  expect(behaviour.voltageSetpoint).toBe(5);
  expect(confirmed).toHaveLength(1);
  expect(clock.pendingTimers).toBe(0);
});

test('face 1 says that it sends before it acts, and does not act if it may not', async () => {
  const { session, behaviour } = await attached();
  const { call } = makeCall(null);
  const sending = () => Promise.reject(new Error('journal'));
  const ended = session.commands['set-voltage']?.({ volts: 5 } as never, { ...call, sending } as never);
  await expect(ended).rejects.toThrow('journal');
  expect(behaviour.voltageSetpoint).toBe(0);
});

test('a late answer resolves its command', async () => {
  const { begin, behaviour, clock } = await attached();
  behaviour.delayReplies(150, 1);
  const { ended, late } = begin();
  await clock.advance(100);
  await expect(ended).rejects.toMatchObject({ code: 'device-timeout' });
  await clock.advance(49);
  expect(late).toEqual([]);
  await clock.advance(1);
  expect(late).toEqual([{}]);
});

test('a late answer resolves a command that was aborted before', async () => {
  const { begin, behaviour, clock } = await attached();
  behaviour.delayReplies(50, 1);
  const { ended, late, abort } = begin();
  await clock.advance(20);
  abort(new Error('deadline'));
  await expect(ended).rejects.toThrow('deadline');
  await clock.advance(30);
  expect(late).toEqual([{}]);
});

test('a late answer resolves nothing once something else was asked', async () => {
  const { begin, behaviour, clock, session } = await attached();
  behaviour.delayReplies(150, 1);
  const { ended, late } = begin();
  await clock.advance(100);
  await expect(ended).rejects.toMatchObject({ code: 'device-timeout' });
  behaviour.delayReplies(0);
  await session.read?.['output-enabled']?.(makeCall(null).call as never);
  await clock.advance(1000);
  expect(late).toEqual([]);
});

test('the end of the session takes late answers with it', async () => {
  const { begin, behaviour, clock, told } = await attached();
  behaviour.delayReplies(150, 1);
  const { ended, late } = begin();
  await clock.advance(100);
  await expect(ended).rejects.toMatchObject({ code: 'device-timeout' });
  told.end();
  expect(clock.pendingTimers).toBe(0);
  await clock.advance(1000);
  expect(late).toEqual([]);
});
