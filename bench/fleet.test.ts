import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { needs } from '../test/support/needs.ts';
import type { FleetTasks } from './fleet.ts';
import { startHelper } from './processes.ts';

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  // It rejects with the error, if there is one.
  const is = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return is;
}

describe.skipIf(!needs('mosquitto', 'the broker of the benchmarks'))('the broker of the benchmarks', () => {
  test('ends with the process that started it, although nobody stops it', { timeout: 30_000 }, async () => {
    const fleet = startHelper<FleetTasks>('fleet.ts');
    const port = await fleet.ask('start', null);
    expect(await answers(port)).toBe(true);
    await fleet.end();
    await expect.poll(() => answers(port), { timeout: 5000 }).toBe(false);
  });
});
