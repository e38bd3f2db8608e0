import { readSync, writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import { closeKernel, openKernel } from '../../../simulators/wire/pty-kernel.ts';
import { now } from './standstills.ts';

const pauseMs = 10;
const byte = new Uint8Array(1);

const over = new AbortController();
parentPort?.once('message', () => over.abort());
const kernel = await openKernel();
const { fd: far, keeper } = kernel;
const near = keeper.fd as number; // a PTY that was just opened is open on both sides
while (!over.signal.aborted) {
  await pass(near, far);
  await pass(far, near);
  await delay(pauseMs);
}
await closeKernel(kernel);

/** Tells from when to when a byte was certainly under way: this thread may be late itself. */
async function pass(from: number, to: number): Promise<void> {
  writeSync(from, byte);
  const left = now();
  let missing = left;
  while (!over.signal.aborted && !hasCome(to)) {
    missing = now();
    await delay(1);
  }
  parentPort?.postMessage({ from: left, to: missing });
}

function hasCome(fd: number): boolean {
  try {
    return readSync(fd, byte) > 0;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return false;
    throw error;
  }
}
