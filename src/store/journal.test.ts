import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { makeRecord } from '../../test/support/store.ts';
import { VirtualClock } from '../testing/index.ts';
import { Journal, type LogAccess } from './journal.ts';
import type { LogLine } from './log/line.ts';
import { LogError } from './log/log-error.ts';
import type { Recovered } from './log/recover.ts';
import type { Retained } from './log/writer.ts';
import { commandItem, factItem, Outbox } from './outbox.ts';
import type { CommandState } from './record.ts';

interface Batch {
  readonly lines: readonly LogLine[];
  readonly answer: PromiseWithResolvers<Retained>;
}

/** A log that answers when it is told to: no real disk hangs on demand. */
class SlowLog implements LogAccess {
  readonly opening = Promise.withResolvers<Recovered>();
  readonly batches: Batch[] = [];
  terminated = 0;

  open(): Promise<Recovered> {
    return this.opening.promise;
  }

  append(lines: readonly LogLine[]): Promise<Retained> {
    const answer = Promise.withResolvers<Retained>();
    this.batches.push({ lines, answer });
    return answer.promise;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  terminate(): Promise<void> {
    this.terminated += 1;
    for (const { answer } of this.batches) answer.reject(new LogError('died', 'ended'));
    this.opening.reject(new LogError('died', 'ended'));
    return Promise.resolve();
  }

  /** The keys of each batch so far. */
  keys(): string[][] {
    return this.batches.map(({ lines }) => lines.map(({ key }) => key));
  }

  states(batch: number): string[] {
    return (this.batches[batch]?.lines ?? []).map(({ key, text }) => `${key} ${/"state":"(\w+)"/.exec(text)?.[1]}`);
  }
}

async function start({ isOpen = true, capacity = 100 } = {}) {
  const log = new SlowLog();
  const clock = new VirtualClock();
  const outbox = new Outbox(capacity);
  const troubles: (string | undefined)[] = [];
  const journal = new Journal({
    client: log,
    outbox,
    clock,
    directory: '/data/journal',
    onOpened: () => {},
    onWritten: () => {},
    onTrouble: (trouble) => troubles.push(trouble),
  });
  journal.open();
  if (isOpen) log.opening.resolve({ facts: [], inDoubt: [], tornBytes: 0 });
  await setImmediate();
  const put = (id: string, state: CommandState = 'sent'): Promise<void> =>
    journal.put(commandItem(makeRecord(id, state)));
  return { log, clock, outbox, troubles, journal, put };
}

/** How a promise ended, or that it has not. */
function watch(promise: Promise<void>): { result: string } {
  const seen = { result: 'pending' };
  promise.then(
    () => (seen.result = 'done'),
    (error: unknown) => (seen.result = String(error)),
  );
  return seen;
}

const full = (): LogError => new LogError('io', 'the disk is full');

test('a write that hangs is trouble after 5 s, and over when the disk answers', async () => {
  const { log, clock, journal, put, troubles } = await start();
  const first = watch(put('c1'));
  await setImmediate();
  const second = watch(put('c2'));
  await clock.advance(4999);
  expect([first.result, second.result]).toEqual(['pending', 'pending']);
  await clock.advance(1);
  expect(first.result).toMatch(/the disk that holds \/data\/journal has not answered for 5 s/);
  expect(second.result).toBe(first.result);
  await expect(put('c3')).rejects.toMatchObject({ code: 'journal-unavailable' });
  await clock.advance(60_000);
  expect(log.keys()).toEqual([['c1']]);
  log.batches[0]?.answer.resolve({});
  await setImmediate();
  expect(journal.trouble).toBeUndefined();
  await setImmediate();
  expect(log.keys()).toEqual([['c1'], ['c2', 'c3']]);
  expect(troubles).toHaveLength(2);
});

test('what came while a disk hung is written as soon as it answers, although nothing else comes', async () => {
  const { log, clock, put } = await start();
  const first = watch(put('c1'));
  await setImmediate();
  await clock.advance(5000);
  expect(first.result).toContain('has not answered for 5 s');
  await expect(put('c1', 'ended')).rejects.toMatchObject({ code: 'journal-unavailable' });
  log.batches[0]?.answer.resolve({});
  await setImmediate();
  await setImmediate();
  expect(log.states(1)).toEqual(['c1 ended']);
});

test('what may wait is written with 32 of them, after 1 ms, or with what may not', async () => {
  const { log, clock, journal } = await start();
  const put = (id: string, mayWait = true): Promise<void> => journal.put(commandItem(makeRecord(id, 'ended')), mayWait);
  const written = async (): Promise<number[]> => {
    await setImmediate();
    const sizes = log.batches.map(({ lines }) => lines.length);
    log.batches.at(-1)?.answer.resolve({});
    await setImmediate();
    return sizes;
  };
  const early = [put('a'), put('b')];
  expect(await written()).toEqual([]);
  await clock.advance(1);
  expect(await written()).toEqual([2]);
  await Promise.all(early);
  const many = Array.from({ length: 32 }, (_, index) => put(`m${index}`));
  expect(await written()).toEqual([2, 32]);
  await Promise.all(many);
  const hurried = [put('c'), put('d', false)];
  expect(await written()).toEqual([2, 32, 2]);
  await Promise.all(hurried);
  // What comes while a batch is written has the same patience.
  const first = put('e', false);
  await setImmediate();
  const second = put('f');
  expect(await written()).toEqual([2, 32, 2, 1]);
  await first;
  expect(await written()).toEqual([2, 32, 2, 1]);
  await clock.advance(1);
  expect(await written()).toEqual([2, 32, 2, 1, 1]);
  await second;
});

test('what may wait and came before the log was open, or before it closes, is written', async () => {
  const { log, clock, journal } = await start({ isOpen: false });
  const early = journal.put(commandItem(makeRecord('a', 'ended')), true);
  await clock.advance(1);
  log.opening.resolve({ facts: [], inDoubt: [], tornBytes: 0 });
  await setImmediate();
  await setImmediate();
  log.batches[0]?.answer.resolve({});
  await early;
  const late = journal.put(commandItem(makeRecord('b', 'ended')), true);
  const closed = journal.close(() => Promise.resolve());
  await setImmediate();
  log.batches[1]?.answer.resolve({});
  await Promise.all([late, closed]);
  expect(log.keys()).toEqual([['a'], ['b']]);
});

test('each state of a batch is told of in order before who waits goes on; of what failed, the latest alone', async () => {
  const { log, clock, journal } = await start();
  const told: string[] = [];
  const put = (id: string, state: CommandState): void => {
    const item = commandItem(makeRecord(id, state), () => told.push(`${id} ${state} written`));
    journal.put(item).then(
      () => told.push(`${id} ${state} done`),
      () => told.push(`${id} ${state} failed`),
    );
  };
  put('a', 'queued');
  put('a', 'sent');
  await setImmediate();
  expect([log.states(0), told]).toEqual([['a sent'], []]);
  log.batches[0]?.answer.resolve({});
  await setImmediate();
  expect(told.splice(0)).toEqual(['a queued written', 'a sent written', 'a queued done', 'a sent done']);
  put('b', 'queued');
  put('b', 'sent');
  await setImmediate();
  log.batches[1]?.answer.reject(full());
  await setImmediate();
  expect(told.splice(0)).toEqual(['b queued failed', 'b sent failed']);
  await clock.advance(1000);
  log.batches[2]?.answer.resolve({});
  await setImmediate();
  expect([log.states(2), told]).toEqual([['b sent'], ['b sent written']]);
});

test('a fact that changes ever so often while a batch is written holds up nobody', async () => {
  const { log, journal, put, troubles } = await start();
  const first = watch(put('c1'));
  await setImmediate();
  const changes = Array.from({ length: 50_000 }, () => journal.put(factItem('lost', () => 1)));
  const second = watch(put('c2'));
  log.batches[0]?.answer.resolve({});
  await setImmediate();
  log.batches[1]?.answer.resolve({});
  await setImmediate();
  expect([first.result, second.result, troubles]).toEqual(['done', 'done', []]);
  await Promise.all(changes);
});

test('an answer that waited behind a held-up event loop is no hang', async () => {
  const { log, clock, troubles, put } = await start();
  const done = put('c1');
  await setImmediate();
  const ioTurn = clock.ioTurn.bind(clock);
  clock.ioTurn = () => {
    log.batches[0]?.answer.resolve({});
    return ioTurn();
  };
  await clock.advance(5000);
  await done;
  expect(troubles).toEqual([]);
});

test('a log that does not open in 5 s is trouble, and the first attempt is over', async () => {
  const { log, clock, journal, put } = await start({ isOpen: false });
  const done = watch(put('c1'));
  await clock.advance(5000);
  await journal.attempted;
  expect(done.result).toContain('has not answered for 5 s');
  log.opening.resolve({ facts: [], inDoubt: [], tornBytes: 0 });
  await setImmediate();
  await setImmediate();
  expect(journal.trouble).toBeUndefined();
  expect(log.keys()).toEqual([['c1']]);
});

test('a failed batch is tried every second with the states of then, until it works', async () => {
  const { log, clock, journal, put, troubles } = await start();
  const first = watch(put('c1'));
  const other = watch(put('c2'));
  await setImmediate();
  const third = watch(put('c3'));
  log.batches[0]?.answer.reject(full());
  await setImmediate();
  expect([first, other, third].map(({ result }) => result)).toEqual(Array(3).fill('BellcrankError: the disk is full'));
  await expect(put('c1', 'ended')).rejects.toMatchObject({ code: 'journal-unavailable', message: 'the disk is full' });
  await clock.advance(999);
  expect(log.batches).toHaveLength(1);
  await clock.advance(1);
  log.batches[1]?.answer.reject(full());
  await clock.advance(1000);
  expect(log.states(2).toSorted()).toEqual(['c1 ended', 'c2 sent', 'c3 sent']);
  log.batches[2]?.answer.resolve({});
  await setImmediate();
  expect(journal.trouble).toBeUndefined();
  expect(troubles).toEqual(['the disk is full', undefined]);
  const again = watch(put('c4'));
  await setImmediate();
  log.batches[3]?.answer.resolve({});
  await setImmediate();
  expect(again.result).toBe('done');
});

test('a state that came while an older one failed to be written is the one that is tried again', async () => {
  const { log, clock, put } = await start();
  const results = [watch(put('c1', 'sent'))];
  await setImmediate();
  results.push(watch(put('c1', 'ended')));
  log.batches[0]?.answer.reject(full());
  await setImmediate();
  expect(results.map(({ result }) => result)).toEqual(Array(2).fill('BellcrankError: the disk is full'));
  await clock.advance(1000);
  expect(log.states(1)).toEqual(['c1 ended']);
});

test('what waits in trouble is bounded: commands that ended go first, the oldest of them', async () => {
  const { log, clock, put, outbox } = await start({ capacity: 3 });
  void put('open1').catch(() => {});
  await setImmediate();
  log.batches[0]?.answer.reject(full());
  await setImmediate();
  for (const id of ['end1', 'end2']) await put(id, 'ended').catch(() => {});
  for (const id of ['open2', 'open3']) await put(id).catch(() => {});
  await put('end3', 'ended').catch(() => {});
  await clock.advance(1000);
  expect(log.keys()[1]?.toSorted()).toEqual(['open1', 'open2', 'open3']);
  expect(outbox.takeDropped()).toBe(3);
  expect(outbox.takeDropped()).toBe(0);
});

test('close waits a second for the disk, and then ends the thread', async () => {
  const { log, clock, journal, put } = await start();
  const first = watch(put('c1'));
  await setImmediate();
  const second = watch(put('c2'));
  const closed = watch(journal.close(() => Promise.resolve()));
  await clock.advance(999);
  expect(closed.result).toBe('pending');
  await clock.advance(1);
  expect([closed.result, log.terminated > 0]).toEqual(['done', true]);
  expect([first.result, second.result]).toEqual([expect.stringContaining('Error'), expect.stringContaining('Error')]);
  expect(clock.pendingTimers).toBe(0);
});

test('close tries once more what could not be written', async () => {
  const { log, journal, put } = await start();
  void put('c1').catch(() => {});
  await setImmediate();
  log.batches[0]?.answer.reject(full());
  await setImmediate();
  const closed = journal.close(() => Promise.resolve());
  await setImmediate();
  expect(log.keys()).toEqual([['c1'], ['c1']]);
  log.batches[1]?.answer.resolve({});
  await closed;
});

test('a long queue is written in several batches', async () => {
  const { log, put } = await start();
  const done = Array.from({ length: 2500 }, (_, count) => put(String(count)));
  for (const [batch, size] of [1000, 1000, 500].entries()) {
    await setImmediate();
    await setImmediate();
    expect(log.batches[batch]?.lines).toHaveLength(size);
    log.batches[batch]?.answer.resolve({});
  }
  await Promise.all(done);
});
