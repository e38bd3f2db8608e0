import { expect, test } from 'vitest';
import { type AnySession, DryRunEnd, payloadFields } from '../../src/driver/index.ts';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { messageCall, recordingContext, sharedOn, type TestCall } from '../../test/support/message-call.ts';
import { shellyGen2Driver } from './driver.ts';

/** A device with so many switches; whether it does as it is told. */
async function attached(switches: number, obeys = true) {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const [near, far] = [hub.connect(), hub.connect()];
  const on = Array.from({ length: switches }, () => true);
  const status = (id: number) => ({ id, output: on[id] });
  const asked: string[] = [];
  const resultOf = (method: unknown, { id = 0, on: wanted = false }: { id?: number; on?: boolean } = {}): object => {
    if (method === 'Shelly.GetDeviceInfo') return { id: 'shellymany-aaaaaaaaaaa1', gen: 2, app: 'Many' };
    if (method === 'Shelly.GetStatus') return Object.fromEntries(on.map((_, key) => [`switch:${key}`, status(key)]));
    if (method === 'Switch.GetStatus') return status(id);
    const before = on[id];
    if (obeys) on[id] = wanted;
    return { was_on: before };
  };
  await far.subscribe('many/rpc', ({ payload }) => {
    const { id, src, method, params } = payloadFields(payload) ?? {};
    asked.push(String(method));
    void far.publish(
      `${String(src)}/rpc`,
      JSON.stringify({ id, src: 'many', result: resultOf(method, params as object) }),
    );
  });
  hub.publish('many/online', Buffer.from('true'), { retain: true });
  const { context } = recordingContext(clock, undefined, sharedOn(near, clock));
  const session = await shellyGen2Driver.attach(near, { topic: 'many', replyTimeoutMs: 500 }, context);
  const leave = (): void => hub.publish('many/online', Buffer.from('false'), { retain: true });
  return {
    session,
    on,
    clock,
    asked,
    leave,
    call: (dryRun = false) => messageCall({ connection: near, clock, dryRun }),
  };
}

// Erased handlers take `never`.
const write = (session: AnySession, name: string, value: boolean, { call }: TestCall): Promise<unknown> =>
  session.write?.[name]?.(value as never, call as never).catch((error: unknown) => error) ?? Promise.resolve('none');

test('a stop of as many outputs as are looked at goes to each', async () => {
  const { session, on, call } = await attached(100);
  const its = call();
  await session.stop?.(its.call as never);
  expect(on.filter((output) => output)).toEqual([]);
  expect(its.confirmed.map(({ level }) => level)).toEqual(['confirmed']);
});

test('a dry run in the meantime explains nothing: what did not do as it was told has failed', async () => {
  const { session, clock, call } = await attached(1, false);
  const outcome = write(session, 'switch-0', false, call());
  await settle();
  expect(await write(session, 'switch-0', true, call(true))).toBeInstanceOf(DryRunEnd);
  await clock.advance(1000);
  expect(await outcome).toMatchObject({ code: 'verify-mismatch' });
});

test('what says that it goes is asked no further, and nobody knows what became of its command', async () => {
  const { session, clock, call, asked, leave } = await attached(1, false);
  const outcome = write(session, 'switch-0', false, call());
  await settle();
  leave();
  await settle();
  asked.splice(0);
  await clock.advance(1000);
  expect(await outcome).toMatchObject({ code: 'device-offline' });
  expect(asked).toEqual([]);
});
