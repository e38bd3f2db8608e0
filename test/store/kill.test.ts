import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import type { CommandState } from '../../src/store/record.ts';
import { lastStates, startStore, temporaryDirectory } from '../support/store.ts';

const lives = process.env['BELLCRANK_TEST_LONG'] === '1' ? 50 : 4;
const seed = Number(process.env['BELLCRANK_SEED'] ?? Date.now() % 1_000_000);
const child = fileURLToPath(new URL('kill-child.ts', import.meta.url));
const rank: Readonly<Record<CommandState, number>> = { queued: 0, sent: 1, ended: 2 };

/** What a process was promised before it was killed. */
interface Promised {
  readonly commands: Map<string, CommandState>;
  readonly facts: Map<string, number>;
}

/** A process that writes until it is killed. */
function startWriter(directory: string, life: number): ChildProcessByStdio<null, Readable, null> {
  const writer = spawn(process.execPath, [child, directory, String(life)], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void writer.kill('SIGKILL'));
  return writer;
}

/** Lets a process write until it was promised so much, and kills it in the middle of what it is doing. */
async function live(directory: string, life: number, promises: number): Promise<Promised> {
  const writer = startWriter(directory, life);
  const closed = once(writer, 'close');
  const promised: Promised = { commands: new Map(), facts: new Map() };
  let count = 0;
  for await (const line of createInterface(writer.stdout)) {
    const [kind, name = '', value = ''] = line.split(' ');
    // The child prints exactly these; a line that the kill cut short names no state.
    if (kind === 'command' && value in rank) promised.commands.set(name, value as CommandState);
    if (kind === 'fact') promised.facts.set(name, Number(value));
    if (++count === promises) writer.kill('SIGKILL');
  }
  await closed;
  expect(count).toBeGreaterThanOrEqual(promises);
  return promised;
}

test(
  `kill -9 at any moment loses nothing that was promised (BELLCRANK_SEED=${seed})`,
  { timeout: 300_000 },
  async () => {
    const directory = temporaryDirectory();
    const facts = new Map<string, number>();
    const open = new Set<string>();
    let random = seed;
    for (let life = 0; life < lives; life++) {
      random = (random * 1_103_515_245 + 12_345) % 2_147_483_648;
      const promised = await live(directory, life, 1 + (random % 3000));
      const onRecord = lastStates(directory);
      for (const [id, state] of promised.commands) {
        expect(rank[onRecord.get(id)?.state ?? 'queued'], `${id} ${state}`).toBeGreaterThanOrEqual(rank[state]);
        expect(onRecord.has(id), id).toBe(true);
      }
      for (const [key, value] of promised.facts) facts.set(key, value);
      for (const { id, state } of onRecord.values()) if (state !== 'ended') open.add(id);

      const { store } = startStore(directory);
      const { inDoubt } = await store.opened;
      expect(new Set(inDoubt.map(({ id }) => id))).toEqual(open);
      for (const [key, value] of facts) expect(store.facts.get(key)).toBeGreaterThanOrEqual(value);
      await store.close();
    }
  },
);

test('a directory is locked against other processes, and free as soon as its process is dead', async () => {
  const directory = temporaryDirectory();
  const writer = startWriter(directory, 0);
  const closed = once(writer, 'close');
  await once(writer.stdout, 'data');
  const { store, clock } = startStore(directory);
  await store.attempted;
  expect(store.trouble).toContain('in use by another process');
  writer.stdout.resume();
  writer.kill('SIGKILL');
  await closed;
  await clock.advance(1000);
  expect((await store.opened).inDoubt.length).toBeGreaterThan(0);
});

test('a process whose store is closed ends by itself', async () => {
  const script = `
    const { openStore } = await import('${new URL('../../src/store/durable.ts', import.meta.url).href}');
    const { systemClock } = await import('${new URL('../../src/clock.ts', import.meta.url).href}');
    const { MemoryStore } = await import('${new URL('../../src/store/memory.ts', import.meta.url).href}');
    const { DurableNotices } = await import('${new URL('../../src/store/notices.ts', import.meta.url).href}');
    const common = { durability: 'power', clock: systemClock, log: {} };
    const store = openStore({
      ...common, directory: '${temporaryDirectory()}', retention: { maxAgeMs: 1e9, maxBytes: 1e9 },
      history: new MemoryStore(1).history, notices: new DurableNotices({ ...common, directory: '${temporaryDirectory()}' }),
      createIndex: () => ({ wake() {}, prune() {}, close: async () => {} }),
    });
    await store.opened;
    await store.notices.opened;
    const puts = [store.facts.set('a', 1), store.notices.facts.set('b', 2)];
    await store.close();
    console.log((await Promise.allSettled(puts)).map(({ status }) => status).join(' '));`;
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  await expect(run).resolves.toMatchObject({ stdout: 'fulfilled fulfilled\n', stderr: '' });
});
