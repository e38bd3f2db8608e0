import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { ByteConnection, Connection, MessageConnection } from '../../src/transport/connection.ts';
import type { OpenContext, Transport } from '../../src/transport/transport.ts';

export const everyByte = Uint8Array.from({ length: 256 }, (_, value) => value);

export interface TestContext extends OpenContext {
  readonly strays: string[];
}

export function openContext(signal: AbortSignal = new AbortController().signal): TestContext {
  const strays: string[] = [];
  return { signal, clock: systemClock, strays, onStray: (what) => void strays.push(what) };
}

/** Opens a byte connection and closes it when the test ends. */
export async function openBytes(
  transport: Transport,
  settings: unknown,
  context = openContext(),
): Promise<ByteConnection> {
  const connection = await open(transport, settings, context);
  if (connection.shape !== 'bytes') throw new Error('not a byte stream');
  return connection;
}

export async function openMessages(
  transport: Transport,
  settings: unknown,
  context = openContext(),
): Promise<MessageConnection> {
  const connection = await open(transport, settings, context);
  if (connection.shape !== 'messages') throw new Error('not a message connection');
  return connection;
}

async function open(transport: Transport, settings: unknown, context: OpenContext): Promise<Connection> {
  const connection = await transport.open(settings, context);
  onTestFinished(() => connection.close());
  return connection;
}

/** Everything that a connection hears from now on. */
export class Heard {
  readonly chunks: Uint8Array[] = [];

  constructor(connection: ByteConnection) {
    connection.onData((chunk) => this.chunks.push(chunk));
  }

  get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }

  get text(): string {
    return this.bytes.toString('latin1');
  }
}

/** How a promise ends, for promises that must reject. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it resolved');
}

export function text(bytes: string): Uint8Array {
  return Uint8Array.from(Buffer.from(bytes, 'latin1'));
}

/** A folder of its own for one test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bellcrank-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** This process's open descriptors of a file. */
export function descriptorsOf(path: string): string[] {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      return false;
    }
  });
}

export function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}
