import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { WireFace, WireSimulatorKind } from '../simulator.ts';
import { runSimulator } from './run.ts';
import { watchedBytes, type WatchWire } from './watch.ts';
import { memoryPair } from './memory.ts';

function kindOf(wire: WireFace): WireSimulatorKind {
  return { model: 'parrot', options: {}, create: () => ({ wire, close: () => {} }) };
}

/** Notes what it sees, each as a line. */
function notebook(): { lines: string[]; watch: WatchWire } {
  const lines: string[] = [];
  const text = (what: Parameters<ReturnType<WatchWire>['said']>[0]): string => {
    if (what instanceof Uint8Array) return Buffer.from(what).toString();
    return `${what.topic}=${Buffer.from(what.payload).toString()}${what.retained ? ' retained' : ''}`;
  };
  const watch: WatchWire = (label) => {
    lines.push(`opened ${label}`);
    return {
      said: (what) => lines.push(`said ${text(what)}`),
      heard: (what) => lines.push(`heard ${text(what)}`),
      ended: ({ lost }) => lines.push(lost ? 'lost' : 'closed'),
    };
  };
  return { lines, watch };
}

const settings = { seed: 1, options: {}, clock: systemClock } as const;

test('what passes on a byte wire is seen from its beginning to its end, each client apart', async () => {
  const { lines, watch } = notebook();
  const wire: WireFace = {
    shape: 'bytes',
    serve(far) {
      void far.write(Buffer.from('hello'));
      far.onData((chunk) => void far.write(Buffer.from(`you said ${Buffer.from(chunk).toString()}`)));
    },
  };
  const running = await runSimulator(kindOf(wire), { ...settings, via: 'memory', watch });
  onTestFinished(() => running.close());
  if (!('open' in running)) throw new Error('not in memory');
  for (const word of ['one', 'two']) {
    const near = await running.open(new AbortController().signal);
    if (near.shape !== 'bytes') throw new Error('no bytes');
    await near.write(Buffer.from(word));
    await expect.poll(() => lines).toContain(`said you said ${word}`);
    await near.close();
    const client = ['opened memory (far end)', 'said hello', `heard ${word}`, `said you said ${word}`, 'lost'];
    await expect.poll(() => lines).toEqual(client);
    lines.length = 0;
  }
});

test('a message heard by two of its subscriptions is seen once', async () => {
  const { lines, watch } = notebook();
  const wire: WireFace = {
    shape: 'messages',
    serve(client) {
      client.publish('here', 'yes', { retain: true });
      client.subscribe('do/#', () => {});
      client.subscribe('do/+', () => {});
    },
  };
  const running = await runSimulator(kindOf(wire), { ...settings, via: 'memory', watch });
  onTestFinished(() => running.close());
  if (!('open' in running)) throw new Error('not in memory');
  const near = await running.open(new AbortController().signal);
  if (near.shape !== 'messages') throw new Error('no messages');
  await near.publish('do/it', 'now');
  await near.publish('do/it', 'now');
  await expect.poll(() => lines.filter((line) => line === 'heard do/it=now')).toHaveLength(2);
  expect(lines.slice(1)).toEqual(['said here=yes retained', 'heard do/it=now', 'heard do/it=now']);
});

test('an end that is looked at is the same in everything else', async () => {
  const { far } = memoryPair();
  const able = Object.assign(far, { pause: () => 'paused' });
  const watched = watchedBytes(able, notebook().watch);
  expect(watched.pause()).toBe('paused');
  expect(watched.label).toBe(far.label);
  await watched.write(Buffer.from('x'));
  expect([watched.written, far.written, watched.isOpen]).toEqual([1, 1, true]);
  await watched.close();
  expect([watched.isOpen, far.isOpen]).toEqual([false, false]);
});
