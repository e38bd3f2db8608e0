import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('blocked-threads.ts', import.meta.url));

async function withPool(size: string | undefined): Promise<string> {
  const { UV_THREADPOOL_SIZE: _, ...env } = process.env;
  const sized = size === undefined ? env : { ...env, UV_THREADPOOL_SIZE: size };
  const child = spawn(process.execPath, [script], { env: sized, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await once(child, 'close');
  return output;
}

test('four blocked threads keep a serial port from opening in a pool of libuv’s own size', async () => {
  expect(await withPool('4')).toBe('blocked');
});

test('four blocked threads keep none from it in the pool that the service starts with', async () => {
  expect(await withPool(undefined)).toBe('echo');
});
