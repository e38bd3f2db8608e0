/** Puts commands and facts on record until it is killed, and prints what it was promised. Run as a process of its own. */
import { writeSync } from 'node:fs';
import { systemClock } from '../../src/clock.ts';
import { openStore } from '../../src/store/durable.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import type { CommandRecord } from '../../src/store/record.ts';

const [directory = '', life = ''] = process.argv.slice(2);
const memory = new MemoryStore(1);
const store = openStore({
  directory,
  durability: 'process',
  // Small enough for segments that are rolled under way.
  retention: { maxAgeMs: 86_400_000, maxBytes: 4_000_000 },
  clock: systemClock,
  log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  createIndex: () => ({
    ...memory.commands,
    trouble: undefined,
    wake: () => {},
    prune: () => {},
    close: () => Promise.resolve(),
  }),
  history: memory.history,
  notices: memory.notices,
});

/** Blocks while whoever reads is behind: nothing more is promised before this is told. */
function tell(line: string): void {
  let bytes = Buffer.from(`${line}\n`);
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(1, bytes));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
    }
  }
}

async function oneCommand(id: string, ends: boolean): Promise<void> {
  const record: CommandRecord = {
    id,
    device: 'd',
    command: 'c',
    params: 'x'.repeat(200),
    by: 'child',
    simulated: true,
    declared: 'sent',
    submittedAt: Date.now(),
    state: 'queued',
  };
  for (const state of ends ? (['queued', 'sent', 'ended'] as const) : (['queued', 'sent'] as const)) {
    record.state = state;
    await store.commands.put(record);
    tell(`command ${id} ${state}`);
  }
}

async function loop(lane: number): Promise<never> {
  for (let count = 1; ; count++) {
    await oneCommand(`${life}-${lane}-${count}`, count % 10 !== 0);
    await store.facts.set(`lane:${life}-${lane}`, count);
    tell(`fact lane:${life}-${lane} ${count}`);
  }
}

await Promise.all([0, 1, 2, 3].map(loop));
