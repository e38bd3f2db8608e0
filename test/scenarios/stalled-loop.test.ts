import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { serial, tcp } from '../../src/transport/index.ts';
import { live } from '../support/live.ts';
import { toyDriver } from '../support/toy.ts';

const script = fileURLToPath(new URL('far-process.ts', import.meta.url));

async function farProcess(replyAfterMs: number): Promise<{ path: string; host: string; port: number }> {
  const child = spawn(process.execPath, [script, String(replyAfterMs)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  onTestFinished(async () => {
    child.stdin.end();
    await exited;
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return JSON.parse(line.toString()) as { path: string; host: string; port: number };
}

/** Keeps the event loop from turning. */
function stall(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test.each([
  ['a serial line', serial],
  ['a socket', tcp],
])('a reply that waits when a stalled event loop fires the timeout is still taken: %s', async (_, transport) => {
  const { path, host, port } = await farProcess(100);
  const settings = transport === serial ? { path, baudRate: 115_200 } : { host, port };
  const rig = live(toyDriver(), [{ id: 'toy', transport, settings }]);
  await expect.poll(() => rig.device('toy').reading('setpoint').quality, { timeout: 5000 }).toBe('good');
  const asked = rig.submit('toy', 'set', { value: 5 });
  // The request leaves in the next turns; the reply comes after 100 ms, the driver's timeout after 200.
  setTimeout(() => stall(500), 40);
  expect(await asked).toMatchObject({ outcome: 'succeeded', result: { value: 5 } });
});
