import { getEventListeners } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { BellcrankError } from '../errors.ts';
import { VirtualClock, settle } from '../testing/virtual-clock.ts';
import { memoryBytes } from '../transport/memory.ts';
import { DryRunEnd } from './contract.ts';
import { attachCall, type LineCall, LineExchange, type LineOptions } from './line.ts';

const text = (line: string): string => line;

/** A line exchange on one end of a memory wire; the test is the device on the other. */
function bench(options: Partial<LineOptions> = {}) {
  const clock = new VirtualClock();
  const { near, far } = memoryBytes('bench');
  const unmatched: string[] = [];
  const line = new LineExchange(near, {
    clock,
    outTerminator: '\n',
    inTerminator: '\r\n',
    replyTimeoutMs: 500,
    unmatched: (what) => unmatched.push(what),
    ...options,
  });
  onTestFinished(() => line.close());
  const sent: string[] = [];
  far.onData((chunk) => sent.push(Buffer.from(chunk).toString('latin1')));
  const reply = async (bytes: string): Promise<void> => {
    await far.write(Buffer.from(bytes, 'latin1'));
    await settle();
  };
  return { clock, near, far, line, unmatched, sent, reply, ...calls(near) };
}

function calls(near: Parameters<typeof attachCall>[0]) {
  const late: unknown[] = [];
  const abort = new AbortController();
  const call: LineCall = { ...attachCall(near, abort.signal), late: (result) => late.push(result) };
  return { late, abort, call };
}

/** What a promise has come to by now, without waiting for it. */
async function now(promise: Promise<unknown>): Promise<unknown> {
  let outcome: unknown = 'pending';
  promise.then(
    (value) => (outcome = value),
    (error: unknown) => (outcome = error),
  );
  await settle();
  return outcome;
}

function codeOf(value: unknown): unknown {
  return value instanceof BellcrankError ? value.code : value;
}

/** Starts a query and marks its rejection as looked after, for tests that await it later. */
function start<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

test('a query writes its line and resolves with the decoded reply', async () => {
  const { line, call, sent, reply, unmatched } = bench();
  const answer = line.query(call, 'MEAS?', { decode: Number });
  await settle();
  expect(sent).toEqual(['MEAS?\n']);
  await reply('4.5\r\n');
  await expect(answer).resolves.toBe(4.5);
  expect(unmatched).toEqual([]);
});

test('a reply in single bytes, its terminator split, is one line', async () => {
  const { line, call, reply } = bench();
  const answer = line.query(call, 'Q', { decode: text });
  await settle();
  for (const byte of 'abc\r\n') await reply(byte);
  await expect(answer).resolves.toBe('abc');
});

test('of several lines in one chunk the first answers and the others are counted', async () => {
  const { line, call, reply, unmatched } = bench();
  const answer = line.query(call, 'Q', { decode: text });
  await settle();
  await reply('one\r\ntwo\r\nthr');
  await expect(answer).resolves.toBe('one');
  expect(unmatched).toEqual(['a line that answers nothing: "two"']);
});

test('every byte survives both ways', async () => {
  const { line, call, sent, reply } = bench();
  const all = String.fromCharCode(...Array.from({ length: 256 }, (_, code) => code)).replaceAll(/[\r\n]/g, '');
  const answer = line.query(call, all, { decode: text });
  await settle();
  expect(sent).toEqual([`${all}\n`]);
  await reply(`${all}\r\n`);
  await expect(answer).resolves.toBe(all);
});

test.each(['a\nb', 'a\rb', 'five €', 'a;b'])('%j is not one line and is never sent', async (bad) => {
  const { line, call, sent } = bench({ outTerminator: bad.includes(';') ? ';' : '\n' });
  await expect(line.send(call, bad)).rejects.toMatchObject({ code: 'invalid-request' });
  await expect(line.query(call, bad, { decode: text })).rejects.toMatchObject({ code: 'invalid-request' });
  expect(sent).toEqual([]);
});

test('the reply timeout runs from the end of the write', async () => {
  const { line, call, clock, near } = bench();
  const written = Promise.withResolvers<void>();
  const slow: LineCall = {
    ...call,
    wire: { write: (bytes, options) => written.promise.then(() => near.write(bytes, undefined, options)) },
  };
  const answer = start(line.query(slow, 'Q', { decode: text }));
  await clock.advance(2000);
  expect(await now(answer)).toBe('pending');
  written.resolve();
  await clock.advance(499);
  expect(await now(answer)).toBe('pending');
  await clock.advance(1);
  expect(codeOf(await now(answer))).toBe('device-timeout');
  expect(line.inStep).toBe(false);
});

test("a query's own timeout goes before the default", async () => {
  const { line, call, clock } = bench();
  const answer = start(line.query(call, 'Q', { decode: text, timeoutMs: 30 }));
  await clock.advance(30);
  expect(codeOf(await now(answer))).toBe('device-timeout');
});

test('a reply that is already in the process when the timer fires is taken', async () => {
  const { line, call, clock, far, late } = bench();
  // The event loop stalled: the timer runs first, and the turn that it grants delivers what was waiting.
  clock.ioTurn = async () => {
    await far.write(Buffer.from('just in time\r\n'));
    await settle();
  };
  const answer = line.query(call, 'Q', { decode: text, final: true });
  await clock.advance(500);
  await expect(answer).resolves.toBe('just in time');
  expect(late).toEqual([]);
  expect(line.inStep).toBe(true);
});

test('a reply that has begun may outlive the timeout while its bytes keep coming', async () => {
  const { line, call, clock, reply } = bench();
  const answer = start(line.query(call, 'Q', { decode: text }));
  await clock.advance(490);
  for (const byte of 'slow\r') {
    await reply(byte);
    await clock.advance(40);
  }
  expect(await now(answer)).toBe('pending');
  await reply('\n');
  await expect(answer).resolves.toBe('slow');
});

test('a reply that stops half-way expires after the inter-byte time', async () => {
  const { line, call, clock, reply } = bench();
  const answer = start(line.query(call, 'Q', { decode: text }));
  await clock.advance(490);
  await reply('sl');
  await clock.advance(49);
  expect(await now(answer)).toBe('pending');
  await clock.advance(1);
  expect(codeOf(await now(answer))).toBe('device-timeout');
});

test('bytes that began before the query was written do not prolong its timeout', async () => {
  const { line, call, near, clock, reply } = bench();
  const recorded = Promise.withResolvers<void>();
  const held: LineCall = {
    ...call,
    wire: { write: (bytes, options) => recorded.promise.then(() => near.write(bytes, undefined, options)) },
  };
  const answer = start(line.query(held, 'Q', { decode: text }));
  await settle();
  await reply('st');
  recorded.resolve();
  await clock.advance(490);
  await reply('ale');
  await clock.advance(10);
  expect(codeOf(await now(answer))).toBe('device-timeout');
});

test('a reply without an end does not prolong its timeout', async () => {
  const { line, call, clock, reply } = bench({ maxLineBytes: 8 });
  const answer = start(line.query(call, 'Q', { decode: text }));
  await clock.advance(490);
  await reply('0123456789');
  await clock.advance(10);
  expect(codeOf(await now(answer))).toBe('device-timeout');
});

test('an abort rejects with its own reason, and without a timer left', async () => {
  const { line, call, abort, clock } = bench();
  const answer = start(line.query(call, 'Q', { decode: text }));
  await settle();
  const reason = new BellcrankError('device-timeout', 'the deadline passed');
  abort.abort(reason);
  expect(await now(answer)).toBe(reason);
  expect(clock.pendingTimers).toBe(0);
});

test('nothing is written for a call that is already aborted', async () => {
  const { line, call, abort, near } = bench();
  abort.abort(new Error('stopped'));
  await expect(line.query(call, 'Q', { decode: text })).rejects.toThrow('stopped');
  expect(near.written).toBe(0);
  expect(line.inStep).toBe(true);
});

test('an abort before the first byte leaves the line in step', async () => {
  const { line, call, abort } = bench();
  const held: LineCall = {
    ...call,
    wire: {
      write: () => new Promise((_, reject) => abort.signal.addEventListener('abort', () => reject(new Error()))),
    },
  };
  const answer = start(line.query(held, 'Q', { decode: text }));
  await settle();
  abort.abort(new Error('cancelled'));
  await expect(answer).rejects.toThrow('cancelled');
  expect(line.inStep).toBe(true);
});

test('a lost connection fails a waiting query at once, and later ones send nothing', async () => {
  const { line, call, far, near, clock } = bench();
  const answer = start(line.query(call, 'Q', { decode: text }));
  await settle();
  await far.close();
  expect(codeOf(await now(answer))).toBe('connection-lost');
  expect(clock.pendingTimers).toBe(0);
  const { written } = near;
  await expect(line.query(call, 'Q', { decode: text })).rejects.toMatchObject({ code: 'device-offline' });
  expect(near.written).toBe(written);
});

test('a lost connection ends a drain', async () => {
  const { line, far, abort } = bench();
  const drained = start(line.drain(100, 1000, abort.signal));
  await far.close();
  expect(codeOf(await now(drained))).toBe('connection-lost');
});

test('close fails the query that waits and stops listening', async () => {
  const { line, call, reply, unmatched } = bench();
  const answer = start(line.query(call, 'Q', { decode: text }));
  await settle();
  line.close();
  expect(codeOf(await now(answer))).toBe('connection-lost');
  await reply('x\r\n');
  expect(unmatched).toEqual([]);
});

test('two queries at once are a fault of the driver, and the first one is not disturbed', async () => {
  const { line, call, reply } = bench();
  const first = line.query(call, 'A', { decode: text });
  await expect(line.query(call, 'B', { decode: text })).rejects.toThrow('one query at a time');
  await reply('a\r\n');
  await expect(first).resolves.toBe('a');
});

test('what decode throws is the error of the query; nonsense is device-protocol and quotes the line', async () => {
  const { line, call, reply } = bench();
  const refused = new BellcrankError('device-refused', 'no');
  const first = start(
    line.query(call, 'Q', {
      decode: () => {
        throw refused;
      },
    }),
  );
  await settle();
  await reply('ERR\r\n');
  await expect(first).rejects.toBe(refused);
  expect(line.inStep).toBe(true);
  const second = start(
    line.query(call, 'Q', {
      decode: () => {
        throw new Error('not a number');
      },
    }),
  );
  await settle();
  await reply(`\u0007${'x'.repeat(500)}\r\n`);
  const error = await now(second);
  expect(error).toMatchObject({ code: 'device-protocol' });
  expect(String(error)).toContain(String.raw`"\u0007xxx`);
  expect(String(error).length).toBeLessThan(200);
  expect(line.inStep).toBe(false);
});

async function expiredQuery(final: boolean, options: Partial<LineOptions> = {}) {
  const b = bench(options);
  const answer = start(b.line.query(b.call, 'SET', { decode: (l) => `did ${l}`, final }));
  await b.clock.advance(500);
  expect(codeOf(await now(answer))).toBe('device-timeout');
  return b;
}

test('a late reply to a final query resolves its command', async () => {
  const { reply, late, unmatched, line } = await expiredQuery(true);
  await reply('ok\r\n');
  expect(late).toEqual(['did ok']);
  expect(unmatched).toEqual([]);
  expect(line.inStep).toBe(true);
});

test('a late reply after an abort resolves its command too', async () => {
  const { line, call, abort, reply, late } = bench();
  const answer = start(line.query(call, 'SET', { decode: text, final: true }));
  await settle();
  abort.abort(new Error('deadline'));
  await expect(answer).rejects.toThrow('deadline');
  await reply('ok\r\n');
  expect(late).toEqual(['ok']);
});

test("a late refusal goes to the command as decode's error", async () => {
  const { line, call, clock, reply, late } = bench();
  const refused = new BellcrankError('device-refused', 'no');
  const decode = (): never => {
    throw refused;
  };
  const answer = start(line.query(call, 'SET', { decode, final: true }));
  await clock.advance(500);
  await expect(answer).rejects.toMatchObject({ code: 'device-timeout' });
  await reply('ERR\r\n');
  expect(late).toEqual([refused]);
});

test('only the first late line is the reply; the next is counted', async () => {
  const { reply, late, unmatched } = await expiredQuery(true);
  await reply('one\r\ntwo\r\n');
  expect(late).toEqual(['did one']);
  expect(unmatched).toEqual(['a line that answers nothing: "two"']);
});

test('a late reply to a query that decides nothing is counted', async () => {
  const { reply, late, unmatched } = await expiredQuery(false);
  await reply('ok\r\n');
  expect(late).toEqual([]);
  expect(unmatched).toEqual(['a late reply: "ok"']);
});

test('after anything was written a late reply resolves nothing', async () => {
  const { line, call, reply, late, unmatched } = await expiredQuery(true);
  await line.send(call, 'STOP');
  await reply('ok\r\n');
  expect(late).toEqual([]);
  expect(unmatched).toEqual(['a line that answers nothing: "ok"']);
  expect(line.inStep).toBe(false);
});

test('a late line that began before the write is still the reply', async () => {
  const { line, call, reply, late } = await expiredQuery(true);
  await reply('o');
  await line.send(call, 'STOP');
  await reply('k\r\n');
  expect(late).toEqual(['did ok']);
});

test('after a drain a late reply resolves nothing and the next query gets its own', async () => {
  const { line, call, clock, reply, abort, late, unmatched } = await expiredQuery(true);
  const drained = line.drain(100, 1000, abort.signal);
  await clock.advance(100);
  await drained;
  expect(line.inStep).toBe(true);
  await reply('stale\r\n');
  const answer = line.query(call, 'Q', { decode: text });
  await settle();
  await reply('fresh\r\n');
  await expect(answer).resolves.toBe('fresh');
  expect(late).toEqual([]);
  expect(unmatched).toEqual(['a line that answers nothing: "stale"']);
});

test('a late reply during a drain resolves its command and prolongs the silence', async () => {
  const { line, clock, reply, abort, late } = await expiredQuery(true);
  const drained = start(line.drain(100, 1000, abort.signal));
  await clock.advance(90);
  await reply('ok\r\n');
  expect(late).toEqual(['did ok']);
  await clock.advance(99);
  expect(await now(drained)).toBe('pending');
  await clock.advance(1);
  await drained;
});

test('a line that arrives before the query is written is never its reply', async () => {
  const { line, call, near, reply, unmatched } = bench();
  const recorded = Promise.withResolvers<void>();
  const held: LineCall = {
    ...call,
    wire: { write: (bytes, options) => recorded.promise.then(() => near.write(bytes, undefined, options)) },
  };
  const answer = line.query(held, 'Q', { decode: text });
  await settle();
  await reply('stale\r\nhalf');
  recorded.resolve();
  await settle();
  await reply(' stale\r\nfresh\r\n');
  await expect(answer).resolves.toBe('fresh');
  expect(unmatched).toEqual(['a line that answers nothing: "stale"', 'a line that answers nothing: "half stale"']);
});

test('out of step, a query first waits for silence, so a stale reply cannot answer it', async () => {
  const { line, call, clock, sent, reply, unmatched } = await expiredQuery(true, { quietMs: 100 });
  await line.send(call, 'STOP');
  const answer = line.query(call, 'STATE?', { decode: text });
  await clock.advance(60);
  await reply('stale\r\n');
  await clock.advance(99);
  expect(sent.at(-1)).toBe('STOP\n');
  await clock.advance(1);
  expect(sent.at(-1)).toBe('STATE?\n');
  await reply('off\r\n');
  await expect(answer).resolves.toBe('off');
  expect(unmatched).toEqual(['a line that answers nothing: "stale"']);
});

test('with two replies owed no late line resolves anything', async () => {
  const { line, call, clock, reply, late, unmatched } = await expiredQuery(false);
  // A probe may be written out of step; when it fails as well, two replies are owed.
  const probe = start(line.probe(call, 'ID?', { decode: text, isReply: () => true, maxSkipped: 3, final: true }));
  await clock.advance(500);
  await expect(probe).rejects.toMatchObject({ code: 'device-timeout' });
  await reply('ok\r\nID\r\n');
  expect(late).toEqual([]);
  expect(unmatched).toHaveLength(2);
});

test('a probe skips and counts what is older, and puts the line in step', async () => {
  const { line, call, reply, unmatched } = await expiredQuery(true);
  const isReply = (l: string): boolean => l.startsWith('ID');
  const answer = line.probe(call, 'ID?', { decode: text, isReply, maxSkipped: 3 });
  await settle();
  await reply('ok\r\nok\r\nID 7\r\n');
  await expect(answer).resolves.toBe('ID 7');
  expect(unmatched).toHaveLength(2);
  expect(line.inStep).toBe(true);
});

test('a probe gives up after so many other lines', async () => {
  const { line, call, reply } = bench();
  const answer = start(line.probe(call, 'ID?', { decode: text, isReply: () => false, maxSkipped: 2 }));
  await settle();
  await reply('1\r\n2\r\n');
  expect(await now(answer)).toBe('pending');
  await reply('3\r\n');
  expect(codeOf(await now(answer))).toBe('device-protocol');
  expect(line.inStep).toBe(false);
});

test('a drain drops and counts an unfinished line', async () => {
  const { line, call, clock, reply, abort, unmatched } = bench();
  await reply('garb');
  const drained = line.drain(100, 1000, abort.signal);
  await clock.advance(100);
  await drained;
  expect(unmatched).toEqual(['4 bytes of an unfinished line']);
  const answer = line.query(call, 'Q', { decode: text });
  await settle();
  await reply('ok\r\n');
  await expect(answer).resolves.toBe('ok');
});

test('a line that never falls silent fails its drain', async () => {
  const { line, clock, reply, abort } = bench();
  const drained = start(line.drain(100, 1000, abort.signal));
  for (let at = 0; at < 1000; at += 50) {
    await reply('noise\r\n');
    await clock.advance(50);
  }
  expect(codeOf(await now(drained))).toBe('device-protocol');
});

test('an abort ends a drain with its reason', async () => {
  const { line, abort, clock } = bench();
  const drained = start(line.drain(100, 1000, abort.signal));
  abort.abort(new Error('shutdown'));
  await expect(drained).rejects.toThrow('shutdown');
  expect(clock.pendingTimers).toBe(0);
});

test('an unfinished line holds a query back until it is broken off, then is counted', async () => {
  const { line, call, clock, sent, reply, unmatched } = bench();
  await reply('hal');
  const answer = line.query(call, 'Q', { decode: text });
  await clock.advance(49);
  expect(sent).toEqual([]);
  await clock.advance(1);
  expect(sent).toEqual(['Q\n']);
  await reply('ok\r\n');
  await expect(answer).resolves.toBe('ok');
  expect(unmatched).toEqual(['3 bytes of an unfinished line']);
});

test('an unfinished line that finishes in time is counted as a line', async () => {
  const { line, call, clock, sent, reply, unmatched } = bench();
  await reply('hal');
  const answer = line.query(call, 'Q', { decode: text });
  await clock.advance(30);
  await reply('f\r\n');
  await clock.advance(50);
  expect(sent).toEqual(['Q\n']);
  await reply('ok\r\n');
  await expect(answer).resolves.toBe('ok');
  expect(unmatched).toEqual(['a line that answers nothing: "half"']);
});

test('a device that babbles without an end never holds a query for ever', async () => {
  const { line, call, clock, sent, reply } = bench();
  await reply('x');
  const answer = start(line.query(call, 'Q', { decode: text }));
  for (let at = 0; at < 600; at += 25) {
    await reply('x');
    await clock.advance(25);
  }
  expect(codeOf(await now(answer))).toBe('device-protocol');
  expect(sent).toEqual([]);
});

test('an over-long line is counted and its reply is not made up from its end', async () => {
  const { line, call, clock, reply, unmatched } = bench({ maxLineBytes: 8 });
  const answer = start(line.query(call, 'Q', { decode: text }));
  await settle();
  await reply('0123456789\r\n');
  expect(unmatched).toEqual(['a line of 10 bytes, longer than the limit']);
  await clock.advance(500);
  expect(codeOf(await now(answer))).toBe('device-timeout');
});

test('what is counted is bounded', async () => {
  const { reply, unmatched } = bench();
  await reply(`${'x'.repeat(4000)}\r\n`);
  expect(unmatched[0]?.length).toBeLessThan(150);
});

test('a line that the device sends unasked goes to its listener and answers nothing', async () => {
  const heard: string[] = [];
  const onLine = (line: string): boolean => line.startsWith('!') && heard.push(line) > 0;
  const { line, call, reply, unmatched } = bench({ onLine });
  const answer = line.query(call, 'Q', { decode: text });
  await settle();
  await reply('!alarm\r\nok\r\n');
  await expect(answer).resolves.toBe('ok');
  expect(heard).toEqual(['!alarm']);
  expect(unmatched).toEqual([]);
});

test('a listener that throws does not take the connection down', async () => {
  const onLine = (): boolean => {
    throw new Error('bug');
  };
  const { reply, unmatched, far } = bench({ onLine });
  await reply('x\r\n');
  expect(unmatched).toEqual(['a line whose handler failed (bug): "x"']);
  expect(far.isOpen).toBe(true);
});

test('a dry run writes and ends where the answer would be awaited', async () => {
  const { line, call, near } = bench();
  const captured: string[] = [];
  const write = async (bytes: Uint8Array): Promise<void> => void captured.push(Buffer.from(bytes).toString('latin1'));
  const dry: LineCall = { ...call, dryRun: true, wire: { write } };
  await line.send(dry, 'SET');
  const query = line.query(dry, 'ERR?', { decode: text, final: true });
  await expect(query).rejects.toEqual(new DryRunEnd(true));
  await expect(line.query(dry, 'MORE?', { decode: text })).rejects.toEqual(new DryRunEnd(false));
  expect(captured).toEqual(['SET\n', 'ERR?\n', 'MORE?\n']);
  expect(near.written).toBe(0);
});

test('a thousand queries leave no listener and no timer behind', async () => {
  const { line, call, clock, abort, far } = bench();
  far.onData(() => void far.write(Buffer.from('ok\r\n')));
  for (let count = 0; count < 1000; count++) await line.query(call, 'Q', { decode: text });
  expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
  expect(clock.pendingTimers).toBe(0);
});
