import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { parts } from '../../src/cli/parts.ts';
import { VirtualClock } from '../../src/testing/index.ts';
import { call } from './lab.ts';

test('a service is settled a second after it has started, unless it has ended', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bellcrank-settled-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const config = join(folder, 'bellcrank.yaml');
  await writeFile(config, 'server: { port: 0 }\n');
  const served = async () => {
    const clock = new VirtualClock();
    const settled = vi.fn<() => void>();
    const createLog = () => pino({ level: 'silent' });
    const loadParts = () => Promise.resolve(parts);
    const { said, interrupt, code } = call(['serve', '-c', config], { clock, settled, createLog, loadParts });
    await vi.waitFor(() => expect(said.stdout).toContain('Bellcrank serves'), { timeout: 20_000 });
    return { clock, settled, ended: async () => (interrupt(), await code) };
  };
  const first = await served();
  await first.clock.advance(999);
  expect(first.settled).not.toHaveBeenCalled();
  await first.clock.advance(1);
  expect(first.settled).toHaveBeenCalledOnce();
  expect(await first.ended()).toBe(0);
  const second = await served();
  expect(await second.ended()).toBe(0);
  await second.clock.advance(2000);
  expect(second.settled).not.toHaveBeenCalled();
});
