import { lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { ByteConnection } from '../../src/transport/connection.ts';
import { serial } from '../../src/transport/serial.ts';
import { openPty, type Pty } from './pty.ts';

async function plugged(link?: string): Promise<Pty> {
  const pty = await openPty(link);
  onTestFinished(() => pty.close());
  return pty;
}

async function opened(path: string): Promise<ByteConnection> {
  const near = await serial.open({ path }, { signal: new AbortController().signal, clock: systemClock });
  if (near.shape !== 'bytes') throw new Error('not a byte stream');
  onTestFinished(() => near.close());
  return near;
}

function textOf(connection: ByteConnection): () => string {
  let text = '';
  connection.onData((chunk) => (text += Buffer.from(chunk).toString('latin1')));
  return () => text;
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'bellcrank-pty-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

test('the far end outlives the near side closing and opening', async () => {
  const pty = await plugged();
  const heard = textOf(pty.far);
  for (const word of ['one ', 'two ', 'three']) {
    const near = await opened(pty.path);
    await near.write(Buffer.from(word));
    // Opening flushes the line, and a PTY has no drain to wait for on closing.
    await vi.waitFor(() => expect(heard().endsWith(word)).toBe(true));
    await near.close();
  }
  expect(heard()).toBe('one two three');
  expect(pty.far.isOpen).toBe(true);
  const near = await opened(pty.path);
  const answer = textOf(near);
  await pty.far.write(Buffer.from('still here'));
  await vi.waitFor(() => expect(answer()).toBe('still here'));
});

test('what nobody reads is lost, as on a UART, without holding anyone up or being kept', async () => {
  const pty = await plugged();
  await pty.far.write(new Uint8Array(100_000));
  // The line is known to be full, so more is lost at once.
  for (let count = 0; count < 1000; count++) await pty.far.write(new Uint8Array(1000));
  const near = await opened(pty.path);
  const heard = textOf(near);
  await pty.far.write(Buffer.from('fresh'));
  await vi.waitFor(() => expect(heard()).toBe('fresh'));
});

test('a large answer waits for its reader', async () => {
  const pty = await plugged();
  const near = await opened(pty.path);
  let count = 0;
  near.onData((chunk) => (count += chunk.length));
  await pty.far.write(new Uint8Array(1_000_000));
  await vi.waitFor(() => expect(count).toBe(1_000_000));
});

test('unplugging ends both sides, and the link goes with it', async () => {
  const link = join(folder(), 'port');
  const pty = await plugged(link);
  const near = await opened(link);
  const { far } = pty;
  const pending = far.write(new Uint8Array(100_000)).catch((error: unknown) => error);
  await pty.unplug();
  await pty.unplug();
  expect(await near.closed).toMatchObject({ lost: true });
  expect(await far.closed).toMatchObject({ lost: false });
  expect(await pending).toMatchObject({ code: 'connection-lost' });
  expect(readdirSync(join(link, '..'))).toEqual([]);
});

test('it comes back under the same name with a new far end', async () => {
  const link = join(folder(), 'port');
  const pty = await plugged(link);
  const first = pty.far;
  const second = await pty.replug();
  expect(pty.far).toBe(second);
  expect(first.isOpen).toBe(false);
  expect(pty.path).toBe(link);
  expect(readlinkSync(link)).toMatch(/^\/dev\/pts\/\d+$/);
  const heard = textOf(second);
  await (await opened(link)).write(Buffer.from('hello'));
  await vi.waitFor(() => expect(heard()).toBe('hello'));
});

test('a link that a killed process left behind is replaced; anything else is not', async () => {
  const place = folder();
  const [stale, file, elsewhere] = [join(place, 'stale'), join(place, 'file'), join(place, 'elsewhere')];
  symlinkSync('/dev/pts/99999', stale);
  writeFileSync(file, 'precious');
  symlinkSync(file, elsewhere);
  await plugged(stale);
  expect(readlinkSync(stale)).not.toBe('/dev/pts/99999');
  for (const link of [file, elsewhere]) {
    await expect(openPty(link)).rejects.toMatchObject({ code: 'invalid-request' });
  }
  expect(lstatSync(file).isFile()).toBe(true);
  expect(readlinkSync(elsewhere)).toBe(file);
});

test('a link that someone else has taken over is left alone', async () => {
  const link = join(folder(), 'port');
  const first = await plugged(link);
  const second = await plugged(link);
  await first.close();
  expect(readlinkSync(link)).toMatch(/^\/dev\/pts/);
  await second.close();
  expect(readdirSync(join(link, '..'))).toEqual([]);
});

test('closing releases every descriptor', async () => {
  const place = folder();
  const cycle = async (): Promise<void> => {
    const pty = await openPty(join(place, 'port'));
    await pty.far.write(Buffer.from('x'));
    await pty.replug();
    await pty.close();
    await openPty(place).catch(() => {});
  };
  await cycle();
  const before = readdirSync('/proc/self/fd').length;
  for (let run = 0; run < 10; run++) await cycle();
  expect(readdirSync('/proc/self/fd').length).toBe(before);
});
