import { expect, onTestFinished, test } from 'vitest';
import type { AnySession } from '../../../src/driver/index.ts';
import { settle, VirtualClock } from '../../../src/testing/virtual-clock.ts';
import { memoryBytes } from '../../../src/transport/memory.ts';
import { makeCall } from '../../../test/support/call.ts';
import { makeContext } from '../../../test/support/context.ts';
import { read } from '../definition/fixture.ts';
import { definitionDriver } from '../driver.ts';

/** A device that answers by a table, and what attaching to it comes to: a session, or what went wrong. */
function bench(text: string, answers: Record<string, string>) {
  const clock = new VirtualClock();
  const { near, far } = memoryBytes();
  onTestFinished(() => near.close());
  const { result } = read(text);
  if (result === undefined) throw new Error('the definition is wrong');
  const heard: string[] = [];
  let input = '';
  far.onData((chunk) => {
    const messages = (input + Buffer.from(chunk).toString('latin1')).split('\r\n');
    input = messages.pop() ?? '';
    for (const message of messages) {
      heard.push(message);
      const answer = answers[message];
      if (answer !== undefined) void far.write(Buffer.from(`${answer}\r\n`, 'latin1'));
    }
  });
  const ended = async <T>(promise: Promise<T>): Promise<T | { code: string }> => {
    const outcome = promise.catch((error: unknown) => error as { code: string });
    await settle();
    await clock.advance(3000);
    return await outcome;
  };
  const attach = async (): Promise<AnySession> => {
    const session = await definitionDriver(result).attach(near, {}, makeContext(clock).context);
    await session.init?.(makeCall(near).call as never);
    return session;
  };
  const resync = async (session: unknown): Promise<unknown> =>
    await ended((session as AnySession).resync?.(makeCall(near).call as never) ?? Promise.resolve());
  return {
    heard,
    attach: () => ended(attach()),
    resync,
    mute: () => Object.keys(answers).map((key) => delete answers[key]),
  };
}

const meter = `
errors: [{ match: 'E{code:%d}' }]
properties:
  slow: { schema: { type: number }, read: { send: 'S?', expect: '{value:%f}', replyTimeoutMs: 4000 } }
  level: { schema: { type: number }, read: { send: 'L?', expect: '{value:%f}' } }
commands:
  go: { effect: actuate, send: G, expect: '{%*f}' }
`;

test('a device that nothing identifies is there if it answers what can be read', async () => {
  const silent = bench(meter, {});
  expect(await silent.attach()).toMatchObject({ code: 'device-timeout' });
  expect(silent.heard).toEqual(['L?']);
});

test.each(['1.5', 'E3', 'what?'])('%s is an answer, too', async (answer) => {
  const { attach, heard } = bench(meter, { 'L?': answer });
  expect(await attach()).toHaveProperty('read');
  expect(heard).toEqual(['L?']);
});

test('one property that this one does not have is not the whole device', async () => {
  const more = (names: readonly string[]): string =>
    names
      .map((name) => `  ${name}: { schema: { type: number }, read: { send: '${name}?', expect: '{value:%f}' } }`)
      .join('\n');
  const { attach, heard } = bench(`properties:\n${more(['a', 'b', 'c', 'd'])}`, { 'c?': '1.5' });
  expect(await attach()).toHaveProperty('read');
  expect(heard).toEqual(['a?', 'b?', 'c?']);
  const none = bench(`properties:\n${more(['a', 'b', 'c', 'd'])}`, {});
  expect(await none.attach()).toMatchObject({ code: 'device-timeout' });
  // Three times 500 ms are as long as anybody is waited for.
  expect(none.heard).toEqual(['a?', 'b?', 'c?']);
});

test('what takes long at any step is not asked before it is needed', async () => {
  const measured = `
properties:
  measured:
    schema: { type: number }
    read:
      steps:
        - { send: GO, expect: OK }
        - { send: 'M?', expect: '{value:%f}', replyTimeoutMs: 8000 }
  level: { schema: { type: number }, read: { send: 'L?', expect: '{value:%f}' } }
`;
  const { attach, heard } = bench(measured, { GO: 'OK', 'L?': '1.5' });
  expect(await attach()).toHaveProperty('read');
  expect(heard).toEqual(['L?']);
});

test('nor is more asked than there is time for, where the line has to be quiet for long in between', async () => {
  const names = ['a', 'b', 'c', 'd'];
  const rows = names.map(
    (name) => `  ${name}: { schema: { type: number }, read: { send: '${name}?', expect: '{value:%f}' } }`,
  );
  const line = 'line: { outTerminator: "\\r\\n", inTerminator: "\\r\\n", replyTimeoutMs: 200, quietMs: 900 }';
  const { attach, heard } = bench(`${line}\nproperties:\n${rows.join('\n')}`, {});
  expect(await attach()).toMatchObject({ code: 'device-timeout' });
  expect(heard).toEqual(['a?', 'b?']);
});

test('what stands in one reply is asked for once', async () => {
  const shared = `
exchanges:
  all: { send: ALL, expect: '{a:%f},{b:%f}' }
properties:
  a: { schema: { type: number }, read: { from: all, field: a } }
  b: { schema: { type: number }, read: { from: all, field: b } }
`;
  const { attach, heard } = bench(shared, {});
  expect(await attach()).toMatchObject({ code: 'device-timeout' });
  expect(heard).toEqual(['ALL']);
});

test('silence alone is not taken for being back in step', async () => {
  const { attach, heard, mute, resync } = bench(meter, { 'L?': '1.5' });
  const session = await attach();
  expect(await resync(session)).toBe(undefined);
  mute();
  heard.length = 0;
  expect(await resync(session)).toMatchObject({ code: 'device-timeout' });
  expect(heard).toEqual(['L?']);
});

test('what resync has sent, and nobody answers, does not say either that somebody is there', async () => {
  const { attach, heard, mute, resync } = bench(`${meter}\nresync: [{ send: X }]`, { 'L?': '1.5' });
  const session = await attach();
  mute();
  heard.length = 0;
  expect(await resync(session)).toMatchObject({ code: 'device-timeout' });
  expect(heard).toEqual(['X', 'L?']);
});

test('where it says who it is, that is asked for after such a resync', async () => {
  const identified = `${meter}\nresync: [{ send: X }]\nidentify: { send: 'ID?', expect: 'METER {version:%s}' }`;
  const { attach, heard, mute, resync } = bench(identified, { 'ID?': 'METER 1' });
  const session = await attach();
  expect(await resync(session)).toBe(undefined);
  mute();
  heard.length = 0;
  expect(await resync(session)).toMatchObject({ code: 'device-timeout' });
  expect(heard).toEqual(['X', 'ID?']);
});

test('a device that has to be told something first is told that first', async () => {
  const { attach, heard } = bench(`${meter}\ninit: [{ send: REMOTE }]`, { 'L?': '1.5' });
  expect(await attach()).toHaveProperty('read');
  expect(heard).toEqual(['REMOTE', 'L?']);
});

test('what says already that it is there is not asked for anything else', async () => {
  const identified = bench(`${meter}\nidentify: { send: 'ID?', expect: 'METER {version:%s}' }`, { 'ID?': 'METER 1' });
  expect(await identified.attach()).toHaveProperty('read');
  expect(identified.heard).toEqual(['ID?']);
  const queue = "errorQueue: { send: 'ERR?', expect: '{code:%d}' }";
  const queued = bench(`${meter}\n${queue}`, { 'ERR?': '0' });
  expect(await queued.attach()).toHaveProperty('read');
  expect(queued.heard).toEqual(['ERR?']);
  const late = bench(`${meter}\ninit: { steps: [{ send: START }], disruptive: true }`, {});
  expect(await late.attach()).toHaveProperty('read');
  expect(late.heard).toEqual([]);
});
