import { execFileSync, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { temporaryFolder } from '../../test/wire/support.ts';
import { LogOutput } from './log-output.ts';

test('what a reader does not take is bounded, and once it reads on it is told how many lines it missed', async () => {
  const path = join(temporaryFolder(), 'pipe');
  execFileSync('mkfifo', [path]);
  // Reads nothing until it is told to.
  const reader = spawn('sh', ['-c', 'exec < "$1"; read -r go <&3; cat', 'sh', path], {
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  });
  onTestFinished(() => void reader.kill('SIGKILL'));
  const output = new LogOutput(pino, openSync(path, 'w'), {
    clock: new VirtualClock(),
  });
  const log = output.logger({ base: null, timestamp: false });
  const lines = 10_000;
  const text = 'x'.repeat(2000);
  for (let line = 0; line < lines; line++) log.info({ line, text });
  const read: string[] = [];
  reader.stdout?.setEncoding('utf8').on('data', (chunk: string) => void read.push(chunk));
  const { 3: gate } = reader.stdio;
  if (gate === null || gate === undefined || !('write' in gate)) throw new Error('the reader has no gate');
  gate.write('go\n');
  await vi.waitFor(() => expect(read.join('').slice(-500)).toContain('lines of the log are lost'), 20_000);
  const all = read.join('').trim().split('\n');
  const { lines: lost } = JSON.parse(all.at(-1) ?? '') as { lines: number };
  expect(lost).toBeGreaterThan(1000);
  expect(all.length - 1 + lost).toBe(lines);
  output.end();
});
