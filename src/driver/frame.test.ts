import { expect, onTestFinished, test } from 'vitest';
import { BellcrankError } from '../errors.ts';
import { settle, VirtualClock } from '../testing/virtual-clock.ts';
import { memoryBytes } from '../transport/memory.ts';
import { FrameExchange, type FrameOptions, type FrameQuery } from './frame.ts';
import { latin1 } from './frame-words.ts';
import { delimited, fixedLength, lengthPrefixed, terminated, untilSilence } from './framing.ts';
import { attachCall } from './line.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const texts = (frames: readonly Uint8Array[]): string[] => frames.map(latin1);

/** An exchange on one end of a memory wire; the test is the device on the other. */
function bench(options: Partial<FrameOptions> = {}) {
  const clock = new VirtualClock();
  const { near, far } = memoryBytes('bench');
  const unmatched: string[] = [];
  const exchange = new FrameExchange(near, {
    clock,
    framing: terminated(bytes('\n'), 64),
    replyTimeoutMs: 500,
    unmatched: (what) => unmatched.push(what),
    ...options,
  });
  onTestFinished(() => exchange.close());
  const sent: { text: string; at: number }[] = [];
  far.onData((chunk) => sent.push({ text: latin1(chunk), at: clock.monotonic() }));
  const late: unknown[] = [];
  const abort = new AbortController();
  const call = { ...attachCall(near, abort.signal), late: (result: unknown) => void late.push(result) };
  const reply = async (text: string): Promise<void> => {
    await far.write(bytes(text));
    await settle();
  };
  const ask = <T = string[]>(text: string, query: Partial<FrameQuery<T>> = {}): Promise<T> => {
    const promise = exchange.query<T>(call, bytes(text), { decode: texts as never, ...query });
    promise.catch(() => {});
    return promise;
  };
  return { clock, exchange, call, unmatched, sent, late, abort, reply, ask };
}

function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => value,
    (error: unknown) => (error instanceof BellcrankError ? error.code : error),
  );
}

const thrown = (error: () => unknown) => () => {
  throw error();
};

test.each([
  ['a TypeError', () => new TypeError('Cannot read properties of null'), 'driver-fault'],
  ['a ReferenceError', () => new ReferenceError('x is not defined'), 'driver-fault'],
  ['a plain Error', () => new Error('no number'), 'device-protocol'],
  ['what JSON.parse throws', () => new SyntaxError('Unexpected token'), 'device-protocol'],
  ['what a Buffer throws', () => new RangeError('out of bounds'), 'device-protocol'],
  [
    'what a TextDecoder throws',
    () => Object.assign(new TypeError('not valid'), { code: 'ERR_ENCODING_INVALID_ENCODED_DATA' }),
    'device-protocol',
  ],
] as const)('%s of decode', async (_, error, code) => {
  const { ask, reply, exchange } = bench();
  const kept = error();
  const answer = ask('?', { decode: thrown(() => kept) });
  await settle();
  await reply('abc\n');
  const found: unknown = await answer.catch((failure: unknown) => failure);
  expect(found).toMatchObject({ code, cause: kept, message: expect.stringContaining('abc') });
  expect(exchange.inStep).toBe(false);
});

test('a mistake of decode decides nothing late', async () => {
  const { ask, reply, clock, late } = bench();
  const answer = ask('?', { decode: thrown(() => new TypeError('a mistake')), final: true });
  await clock.advance(600);
  await expect(answer).rejects.toMatchObject({ code: 'device-timeout' });
  await reply('abc\n');
  expect(late).toEqual([]);
});

const parts = (...framings: FrameOptions['framing'][]): NonNullable<FrameQuery<unknown>['next']> => {
  return (frames) => framings[frames.length];
};

test('a reply may have a framing of its own, and what follows is framed as usual again', async () => {
  const heard: string[] = [];
  const { ask, reply } = bench({ onFrame: (frame) => heard.push(latin1(frame)) > 0 && latin1(frame) === 'unasked' });
  const answer = ask('?', { next: parts(fixedLength(3)) });
  await settle();
  await reply('a\ncunasked\n');
  expect(await answer).toEqual(['a\nc']);
  expect(heard).toEqual(['a\nc', 'unasked']);
});

test('a reply of several frames is whole when its last has come, in one chunk or in many', async () => {
  const framing = [terminated(bytes('\n'), 64), fixedLength(2), delimited(bytes('<'), bytes('>'), 64)] as const;
  for (const chunks of [
    ['one\n\x01\x02<three>'],
    Array.from('one\n\x01\x02<three>'),
    ['one\n\x01', '\x02 <th', 'ree>'],
  ]) {
    const { ask, reply, unmatched } = bench();
    const answer = ask('?', { next: parts(...framing) });
    await settle();
    for (const chunk of chunks) await reply(chunk);
    expect(await answer).toEqual(['one', '\x01\x02', 'three']);
    expect(unmatched).toEqual(chunks.length === 3 ? ['1 bytes before a frame'] : []);
  }
});

test('the number of frames may depend on what they say', async () => {
  const { ask, reply } = bench();
  const line = terminated(bytes('\n'), 64);
  const next = (frames: readonly Uint8Array[]) => (frames.length <= Number(texts(frames)[0] ?? 0) ? line : undefined);
  const answer = ask('?', { next });
  await settle();
  await reply('2\na\nb\nc\n');
  expect(await answer).toEqual(['2', 'a', 'b']);
});

test('a reply of which a part is missing times out, and the exchange is out of step', async () => {
  const { ask, clock, exchange, reply } = bench();
  const line = terminated(bytes('\n'), 64);
  const answer = ask('?', { next: parts(line, line) });
  await settle();
  await reply('one\n');
  await clock.advance(510);
  expect(await codeOf(answer)).toBe('device-timeout');
  expect(exchange.inStep).toBe(false);
});

test.each([
  ['none of it', '', 'bench did not answer within 500 ms'],
  ['text', '!05,2', 'bench did not answer within 500 ms; "!05,2" came, and no end of it'],
  ['other bytes', '\x02\xff', 'bench did not answer within 500 ms; 02 ff came, and no end of it'],
  ['much', 'x'.repeat(60), `bench did not answer within 500 ms; "${'x'.repeat(60)}" came, and no end of it`],
])('a reply that never ends is told with what came: %s', async (_, came, message) => {
  const { ask, clock, reply } = bench();
  const answer = ask('?');
  await settle();
  if (came !== '') await reply(came);
  await clock.advance(510);
  await expect(answer).rejects.toMatchObject({ code: 'device-timeout', message });
});

test('of a reply that is longer than any its end is told, and its length', async () => {
  const { ask, clock, reply } = bench();
  const answer = ask('?');
  await settle();
  await reply(`${'x'.repeat(200)}${'y'.repeat(50)}`);
  await clock.advance(510);
  const message = `bench did not answer within 500 ms; 250 bytes that end with "${'y'.repeat(40)}" came, and no end of it`;
  await expect(answer).rejects.toMatchObject({ message });
});

test('what came before the query is no part of its reply', async () => {
  const { ask, clock, reply, sent } = bench({ totalTimeoutMs: 300 });
  await reply('half');
  const answer = ask('?');
  // Not before what has come is known to be all of it.
  while (sent.length === 0) await clock.advance(10);
  await reply('!05');
  await clock.advance(300);
  const message = 'bench has not finished its reply within 300 ms; "!05" came, and no end of it';
  await expect(answer).rejects.toMatchObject({ message });
});

test('a late reply of several frames does not count as over before its last', async () => {
  const { ask, clock, exchange, late, reply } = bench();
  const line = terminated(bytes('\n'), 64);
  const answer = ask('?', { next: parts(line, line), final: true });
  await clock.advance(510);
  expect(await codeOf(answer)).toBe('device-timeout');
  await reply('one\n');
  expect(exchange.inStep).toBe(false);
  await reply('two\n');
  expect(exchange.inStep).toBe(true);
  expect(late).toEqual([['one', 'two']]);
});

test('the rest of a late reply never answers the next query', async () => {
  const { ask, clock, reply, sent, unmatched } = bench();
  const line = terminated(bytes('\n'), 64);
  const first = ask('1?', { next: parts(line, line) });
  await clock.advance(510);
  expect(await codeOf(first)).toBe('device-timeout');
  await reply('one\n');
  const second = ask('2?');
  await clock.advance(100);
  await reply('two\n');
  expect(sent).toHaveLength(1);
  await clock.advance(260);
  expect(sent).toHaveLength(2);
  await reply('mine\n');
  expect(await second).toEqual(['mine']);
  expect(unmatched).toEqual(['a late reply: "two"']);
});

test('silence ends a frame whose framing says so, and is measured from its last byte', async () => {
  const { ask, clock, reply } = bench({ framing: untilSilence(64), interByteTimeoutMs: 50 });
  let answer: unknown;
  void ask('?').then((frames) => (answer = frames));
  await settle();
  await reply('05.');
  await clock.advance(40);
  await reply('00');
  await clock.advance(40);
  expect(answer).toBeUndefined();
  await clock.advance(20);
  expect(answer).toEqual(['05.00']);
});

test('a reply that ends by silence may begin just before the reply timeout', async () => {
  const { ask, clock, reply } = bench({ framing: untilSilence(64), interByteTimeoutMs: 50 });
  const answer = ask('?', { timeoutMs: 100 });
  await clock.advance(95);
  await reply('05.00');
  await clock.advance(60);
  expect(await answer).toEqual(['05.00']);
});

test('a query may know its own silence', async () => {
  const { ask, clock, reply } = bench({ framing: untilSilence(64), interByteTimeoutMs: 50 });
  const answer = ask('?', { interByteTimeoutMs: 5 });
  await settle();
  await reply('05.00');
  await clock.advance(10);
  expect(await answer).toEqual(['05.00']);
});

test('a reply that trickles for ever is ended by its total timeout', async () => {
  const { ask, clock, exchange, reply } = bench({ totalTimeoutMs: 1000 });
  const answer = codeOf(ask('?'));
  for (let at = 0; at < 1100; at += 30) {
    await clock.advance(30);
    await reply('x');
  }
  expect(await answer).toBe('device-timeout');
  expect(exchange.inStep).toBe(false);
});

test('too long a frame is dropped and counted, and the next one is heard', async () => {
  const { ask, clock, reply, unmatched } = bench();
  const answer = codeOf(ask('?'));
  await settle();
  await reply('x'.repeat(65));
  await reply(`${'y'.repeat(1000)}\n`);
  expect(unmatched).toEqual(['a frame of 1065 bytes, longer than the limit']);
  await clock.advance(600);
  expect(await answer).toBe('device-timeout');
  await clock.advance(300);
  const next = ask('?');
  await clock.advance(300);
  await reply(`${'z'.repeat(64)}\n`);
  expect(await next).toEqual(['z'.repeat(64)]);
});

test('noise before a start delimiter is dropped, however much of it there is', async () => {
  const { ask, reply, unmatched } = bench({ framing: delimited(bytes('\x02'), bytes('\x03'), 16) });
  const answer = ask('?');
  await settle();
  for (let round = 0; round < 20; round++) await reply('~'.repeat(50));
  await reply('~\x02ok\x03');
  expect(await answer).toEqual(['ok']);
  expect(unmatched).toEqual(['1001 bytes before a frame']);
});

test('a length beyond the limit is no frame', async () => {
  const { ask, clock, reply } = bench({ framing: lengthPrefixed({ offset: 0, size: 2, adds: 2 }, 32) });
  const answer = codeOf(ask('?'));
  await settle();
  await reply(`\xff\xff${'x'.repeat(100)}`);
  await clock.advance(600);
  expect(await answer).toBe('device-timeout');
});

test('writes keep their distance from what was heard, and from each other', async () => {
  const { ask, clock, reply, sent } = bench({ gapMs: 20, minIntervalMs: 100 });
  const first = ask('1');
  await clock.advance(5);
  await reply('a\n');
  await first;
  const second = ask('2');
  await clock.advance(200);
  await reply('b\n');
  await second;
  const third = ask('3');
  await clock.advance(50);
  expect(sent.map(({ text, at }) => [text, at])).toEqual([
    ['1', 0],
    ['2', 100],
    ['3', 225],
  ]);
  await reply('c\n');
  await third;
});

test('an exchange may ask for a rest after it', async () => {
  const { ask, clock, exchange, reply, sent } = bench();
  const first = ask('1');
  await settle();
  await reply('a\n');
  await first;
  exchange.rest(300);
  const second = ask('2');
  await clock.advance(290);
  expect(sent).toHaveLength(1);
  await clock.advance(20);
  expect(sent.map(({ at }) => at)).toEqual([0, 300]);
  await reply('b\n');
  expect(await second).toEqual(['b']);
});

test.each([
  ['its echo', true],
  ['the answer to another', false],
])('what comes for a query whose write was broken off is no late reply: it may be %s', async (_what, hasBegun) => {
  const { abort, call, exchange, late, reply, unmatched } = bench();
  const { promise: brokenOff, reject } = Promise.withResolvers<void>();
  const write: typeof call.wire.write = async (frame, options) => {
    if (hasBegun) await call.wire.write(frame, options);
    await brokenOff;
  };
  const query = { decode: texts, final: true };
  const answer = codeOf(exchange.query({ ...call, signal: abort.signal, wire: { write } }, bytes('?'), query));
  await settle();
  if (!hasBegun) await exchange.send(call, bytes('!'));
  reject(new BellcrankError('device-timeout', 'broken off'));
  expect(await answer).toBe('device-timeout');
  await reply('?\n');
  expect([late, exchange.inStep, unmatched.length]).toEqual([[], false, 1]);
});

test('a reply that comes while the write is still going on counts once that is over', async () => {
  const { call, exchange, reply } = bench();
  const { promise: stuck, resolve } = Promise.withResolvers<void>();
  const write: typeof call.wire.write = async (frame, options) => {
    await call.wire.write(frame, options);
    await stuck;
  };
  let answer: unknown;
  void exchange.query({ ...call, wire: { write } }, bytes('?'), { decode: texts }).then((frames) => (answer = frames));
  await settle();
  await reply('early\n');
  expect(answer).toBeUndefined();
  resolve();
  await settle();
  expect(answer).toEqual(['early']);
});

test('what comes once something else was written is not framed as the reply that was late', async () => {
  const { ask, call, clock, exchange, reply, unmatched } = bench();
  const answer = ask('?', { next: parts(fixedLength(60)) });
  await clock.advance(510);
  expect(await codeOf(answer)).toBe('device-timeout');
  await exchange.send(call, bytes('!'));
  await reply('unasked\n');
  expect(unmatched).toEqual([expect.stringContaining('unasked')]);
});

test('what is urged leaves at once, and the exchange is out of step where it has a reply', async () => {
  const { ask, clock, exchange, call, reply, sent } = bench({ gapMs: 1000, minIntervalMs: 5000 });
  await exchange.send(call, bytes('A'));
  await reply('unfinished');
  await exchange.urge(call, bytes('!'), false);
  await settle();
  expect([sent.map(({ text }) => text), exchange.inStep]).toEqual([['A', '!'], true]);
  await exchange.urge(call, bytes('!?'), true);
  expect(exchange.inStep).toBe(false);
  const answer = ask('?');
  await reply('its reply\n');
  await clock.advance(4990);
  expect(sent).toHaveLength(3);
  await clock.advance(10);
  await reply('mine\n');
  expect(await answer).toEqual(['mine']);
});

test('an abort ends the wait before a write, and nothing is sent', async () => {
  const { abort, ask, clock, exchange, sent } = bench();
  exchange.rest(300);
  const waiting = codeOf(ask('1'));
  await clock.advance(100);
  abort.abort(new BellcrankError('stopped', 'stopped'));
  expect(await waiting).toBe('stopped');
  await clock.advance(1000);
  expect(sent).toEqual([]);
});

test('bytes that are no text are told in hexadecimal', async () => {
  const { reply, unmatched } = bench();
  await reply('\x01\x83\x02\n');
  expect(unmatched).toEqual(['a frame that answers nothing: 01 83 02']);
});

test('who joins a stream in the middle of a frame drops its rest at the silence after it, and finds the next', async () => {
  for (const [framing, frame] of [
    [lengthPrefixed({ offset: 2, size: 2, adds: 4 }, 64), 'BM\x00\x04data'],
    [fixedLength(8), '12345678'],
  ] as const) {
    const heard: string[] = [];
    const { clock, reply, unmatched } = bench({ framing, onFrame: (whole) => heard.push(latin1(whole)) > 0 });
    await reply(frame.slice(5));
    await clock.advance(40);
    expect(unmatched).toEqual([]);
    await clock.advance(20);
    expect(unmatched).toEqual(['3 bytes of an unfinished frame']);
    await reply(frame.slice(0, 5));
    await clock.advance(40);
    await reply(frame.slice(5));
    expect(heard).toEqual([frame]);
    await clock.advance(100);
    expect(unmatched).toHaveLength(1);
  }
});

test('a line, or what stands between delimiters, may be as slow as whoever types it', async () => {
  for (const framing of [terminated(bytes('\n'), 64), delimited(bytes('<'), bytes('\n'), 64)]) {
    const heard: string[] = [];
    const { clock, reply, unmatched } = bench({ framing, onFrame: (whole) => heard.push(latin1(whole)) > 0 });
    for (const key of '<on\n') {
      await reply(key);
      await clock.advance(400);
    }
    expect(heard.map((line) => line.replace('<', ''))).toEqual(['on']);
    expect(unmatched).toEqual([]);
  }
});

test('a part of a reply that is awaited is given up by the wait alone, and that of a late one by nobody', async () => {
  const { ask, clock, exchange, late, reply, unmatched } = bench({ framing: fixedLength(4) });
  const answer = ask('?', { timeoutMs: 500, final: true });
  await settle();
  await reply('ab');
  await clock.advance(400);
  await reply('cd');
  expect(await answer).toEqual(['abcd']);
  const second = ask('?', { timeoutMs: 100, final: true });
  await clock.advance(110);
  expect(await codeOf(second)).toBe('device-timeout');
  await reply('ef');
  await clock.advance(200);
  await reply('gh');
  expect(late).toEqual([['efgh']]);
  expect(exchange.inStep).toBe(true);
  expect(unmatched).toEqual([]);
});

test('a query is not answered by the rest of a frame that was dropped', async () => {
  const { ask, clock, reply, unmatched } = bench({ framing: fixedLength(4) });
  await reply('ab');
  await clock.advance(60);
  const answer = ask('?');
  await settle();
  await reply('wxyz');
  expect(await answer).toEqual(['wxyz']);
  expect(unmatched).toEqual(['2 bytes of an unfinished frame']);
});

test('a message takes its time on a slow line before anybody can answer it', async () => {
  const clock = new VirtualClock();
  const { near, far } = memoryBytes('slow');
  // 1200 Bd.
  const connection = Object.assign(near, { characterMs: 9 });
  const exchange = new FrameExchange(connection, {
    clock,
    framing: terminated(bytes('\n'), 64),
    replyTimeoutMs: 100,
    totalTimeoutMs: 150,
    unmatched: () => {},
  });
  onTestFinished(() => exchange.close());
  const call = attachCall(near, new AbortController().signal);
  const ask = (): Promise<unknown> =>
    exchange.query(call, bytes('x'.repeat(40)), { decode: texts }).catch((error: unknown) => error);
  const first = ask();
  await clock.advance(455);
  await far.write(bytes('ok\n'));
  expect(await first).toEqual(['ok']);
  const second = ask();
  await clock.advance(461);
  expect(await second).toMatchObject({ code: 'device-timeout', message: 'slow did not answer within 100 ms' });
});
