import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('SIGTERM to `npm start` ends the service, not only npm', { timeout: 30_000 }, async () => {
  const npm = spawn('npm', ['start'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, BELLCRANK_PORT: '0' },
    detached: true,
  });
  const exited = once(npm, 'exit');
  // What npm started would outlive it when this test fails: the group is its own.
  onTestFinished(() => {
    try {
      process.kill(-(npm.pid ?? 0), 'SIGKILL');
    } catch {
      // It has ended, as it should.
    }
  });
  let output = '';
  const url = await new Promise<string>((resolve) => {
    npm.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const found = /Bellcrank serves (\S+)\n[^]*Try:/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  expect((await fetch(`${url}/health/live`)).status).toBe(200);
  npm.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  await expect(fetch(`${url}/health/live`)).rejects.toThrow();
});
