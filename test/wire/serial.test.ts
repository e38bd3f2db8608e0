import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openPty, type Pty } from '../../simulators/wire/pty.ts';
import { BellcrankError } from '../../src/errors.ts';
import type { ByteConnection } from '../../src/transport/connection.ts';
import { serial } from '../../src/transport/serial.ts';
import {
  descriptorsOf,
  Heard,
  everyByte,
  openBytes,
  openContext,
  openDescriptors,
  rejection,
  temporaryFolder,
  text,
} from './support.ts';

async function plugged(link?: string): Promise<Pty> {
  const pty = await openPty(link);
  onTestFinished(() => pty.close());
  return pty;
}

/**
 * Makes the device stop reading and fills its line buffer (4 kB), which counts as arrived. From then on what is sent
 * stays where the kernel keeps what it has not delivered.
 */
async function stall({ far, path }: Pty): Promise<void> {
  far.pause();
  const near = await serial.open({ path }, openContext());
  if (near.shape !== 'bytes') throw new Error('not a byte stream');
  await near.write(text('!'));
  await vi.waitFor(() => expect(far.heldBack).toBe(1));
  await near.write(new Uint8Array(6000).fill(0x21));
  // The kernel moves them on in its own time, and until then a flush drops them: when it has moved this, it has moved those.
  const heard = new Heard(near);
  await far.write(text('moved'));
  await vi.waitFor(() => expect(heard.text).toBe('moved'));
  await near.close();
}

/** A write that the kernel has no room for any more. */
async function blockedWrite(
  { far }: Pty,
  near: ByteConnection,
  signal?: AbortSignal,
): Promise<{ outcome: Promise<unknown> }> {
  const heard = new Heard(near);
  const outcome = near.write(tooMuch, signal).catch((error: unknown) => error);
  // When the device has been heard twice, the kernel has been offered the bytes.
  for (const word of ['once', 'twice']) {
    await far.write(text(word));
    await vi.waitFor(() => expect(heard.text.endsWith(word)).toBe(true));
  }
  return { outcome };
}

/** More than a PTY's buffers hold. */
const tooMuch = new Uint8Array(200_000).fill(0x55);

test('every byte value passes both ways', async () => {
  const pty = await plugged();
  const near = await openBytes(serial, { path: pty.path });
  const heardNear = new Heard(near);
  const heardFar = new Heard(pty.far);
  await near.write(everyByte);
  await pty.far.write(everyByte);
  await vi.waitFor(() => expect(heardFar.bytes).toEqual(Buffer.from(everyByte)));
  await vi.waitFor(() => expect(heardNear.bytes).toEqual(Buffer.from(everyByte)));
});

test('both directions at once pass far more than the kernel buffers', async () => {
  const pty = await plugged();
  const near = await openBytes(serial, { path: pty.path });
  const heardNear = new Heard(near);
  const heardFar = new Heard(pty.far);
  const data = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 31) & 0xff);
  await Promise.all([near.write(data), pty.far.write(data)]);
  await vi.waitFor(() => expect([heardNear.bytes.length, heardFar.bytes.length]).toEqual([data.length, data.length]));
  expect(heardNear.bytes.equals(data)).toBe(true);
  expect(heardFar.bytes.equals(data)).toBe(true);
});

test('a blocked write goes on as soon as there is room, though the device says nothing', async () => {
  // serialport's own stream stalls here in about one run of ten: a read that looks at the wrong moment takes its place.
  for (let run = 0; run < 20; run++) {
    const pty = await openPty();
    const near = await serial.open({ path: pty.path }, openContext());
    if (near.shape !== 'bytes') throw new Error('not a byte stream');
    const heard = new Heard(pty.far);
    near.onData(() => {});
    const writing = near.write(tooMuch.subarray(0, 60_000));
    if (run % 2 === 1) await pty.far.write(text('x'));
    await writing;
    await vi.waitFor(() => expect(heard.bytes.length).toBe(60_000));
    await near.close();
    await pty.close();
  }
});

test('what the far end says before anyone opens the port is not echoed', async () => {
  const pty = await plugged();
  const heard = new Heard(pty.far);
  await pty.far.write(text('boot\r\n'));
  const near = await openBytes(serial, { path: pty.path });
  await near.write(text('marker\r\n'));
  await vi.waitFor(() => expect(heard.text).toBe('marker\r\n'));
});

test('what a device says before anyone listens is heard by the first listener, in order', async () => {
  const pty = await plugged();
  const near = await openBytes(serial, { path: pty.path });
  await pty.far.write(text('Grbl 1.1h'));
  const probe = new Heard(near);
  await vi.waitFor(() => expect(probe.text).toBe('Grbl 1.1h'));
});

test('the port is raw, locked, and keeps its lines when closed', async () => {
  const pty = await plugged();
  execFileSync('stty', ['-F', pty.path, 'hupcl']);
  await openBytes(serial, { path: pty.path, baudRate: 115_200, stopBits: 2, rtscts: true });
  const set = execFileSync('stty', ['-a', '-F', pty.path]).toString();
  expect(set).toMatch(/speed 115200 baud/);
  expect(set.match(/-(hupcl|icanon|echo|opost|icrnl|isig)\b/g)?.length).toBe(6);
  expect(set).toMatch(/ cstopb/);
  expect(set).toMatch(/ crtscts/);
});

test('the port never blocks a thread, though stty was handed the same terminal', async () => {
  const pty = await plugged();
  await openBytes(serial, { path: pty.path });
  const flags = descriptorsOf(pty.path).map((fd) => readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'));
  expect(flags.length).toBeGreaterThan(1);
  for (const info of flags) {
    const [, octal = ''] = /^flags:\s*(\d+)$/m.exec(info) ?? [];
    expect(parseInt(octal, 8) & constants.O_NONBLOCK).toBe(constants.O_NONBLOCK);
  }
});

test('lines drop on closing only if asked for', async () => {
  const pty = await plugged();
  await openBytes(serial, { path: pty.path, hupcl: true });
  expect(execFileSync('stty', ['-a', '-F', pty.path]).toString()).toMatch(/ hupcl/);
});

test('a port without modem lines says so when one is to be set, and is free again', async () => {
  const pty = await plugged();
  const error = await rejection(serial.open({ path: pty.path, dtr: false }, openContext()));
  expect(error).toMatchObject({ code: 'device-offline', message: expect.stringContaining('DTR and RTS') });
  await openBytes(serial, { path: pty.path });
});

test('a connection tells how long its characters take', async () => {
  const pty = await plugged();
  const settings = { path: pty.path, baudRate: 19_200, parity: 'even', stopBits: 2 };
  expect((await openBytes(serial, settings)).characterMs).toBeCloseTo(12 / 19.2, 9);
});

test('a line that echoes what is sent is heard without it', async () => {
  const pty = await plugged();
  const near = await openBytes(serial, { path: pty.path, echo: true, turnaroundMs: 5 });
  const heard = new Heard(near);
  pty.far.onData((chunk) => void pty.far.write(Buffer.concat([chunk, text('.')])));
  await near.write(text('one'));
  await vi.waitFor(() => expect(heard.text).toBe('.'));
  await near.write(text('two'));
  await vi.waitFor(() => expect(heard.text).toBe('..'));
});

test('a port in use is refused, says by whom, and is not touched', async () => {
  const pty = await plugged();
  const near = await openBytes(serial, { path: pty.path, stopBits: 2 });
  const error = await rejection(serial.open({ path: pty.path }, openContext()));
  expect(error).toMatchObject({ code: 'device-offline', message: expect.stringContaining('in use') });
  expect(error).toMatchObject({ message: expect.stringContaining(`process ${process.pid}`) });
  // The binding sets the line before it tries the lock, so trying would have changed the stop bits.
  expect(execFileSync('stty', ['-a', '-F', pty.path]).toString()).toMatch(/ cstopb/);
  expect(near.isOpen).toBe(true);
  await near.close();
  await openBytes(serial, { path: pty.path });
});

test('a missing port says to plug it in', async () => {
  const path = join(temporaryFolder(), 'ttyUSB0');
  expect(await rejection(serial.open({ path }, openContext()))).toMatchObject({
    code: 'device-offline',
    message: expect.stringContaining('plugged in'),
    cause: expect.any(Error),
  });
});

test('a port that the user may not open says so', async () => {
  const pty = await plugged();
  const user = process.geteuid?.() ?? 0;
  chmodSync(pty.path, 0o000);
  // Root may open everything.
  if (user === 0) process.seteuid?.(65_534);
  try {
    const error = await rejection(serial.open({ path: pty.path }, openContext()));
    expect(error).toMatchObject({
      code: 'device-offline',
      message: expect.stringContaining('no permission'),
    });
  } finally {
    if (user === 0) process.seteuid?.(0);
  }
});

test('a file that is not a port says so', async () => {
  const error = await rejection(serial.open({ path: '/dev/null' }, openContext()));
  expect(error).toMatchObject({ code: 'device-offline', message: '/dev/null is not a serial port' });
});

test('an open that is given up before it begins opens nothing', async () => {
  const pty = await plugged();
  const reason = new Error('given up');
  expect(await rejection(serial.open({ path: pty.path }, openContext(AbortSignal.abort(reason))))).toBe(reason);
  await openBytes(serial, { path: pty.path });
});

test('an open that is given up while it is under way leaves the port free', async () => {
  const pty = await plugged();
  const abort = new AbortController();
  const reason = new Error('given up');
  // The first listener on the signal is there when the port has begun to open.
  const listen = abort.signal.addEventListener.bind(abort.signal);
  abort.signal.addEventListener = (...listener: Parameters<typeof listen>) => {
    listen(...listener);
    queueMicrotask(() => abort.abort(reason));
  };
  expect(await rejection(serial.open({ path: pty.path }, openContext(abort.signal)))).toBe(reason);
  await vi.waitFor(() => openBytes(serial, { path: pty.path }));
});

test('pulling the plug ends the connection once, and settles every pending write', async () => {
  const pty = await plugged();
  const near = await openBytes(serial, { path: pty.path });
  const closed = vi.fn();
  void near.closed.then(closed);
  await near.write(text('before'));
  await pty.unplug();
  await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce());
  expect((await near.closed).lost).toBe(true);
  expect(near.isOpen).toBe(false);
  expect(await rejection(near.write(text('after')))).toMatchObject({ code: 'device-offline' });
  await near.close();
  await near.close();
  expect((await near.closed).lost).toBe(true);
});

test('a write in flight when the plug is pulled rejects with connection-lost', async () => {
  const pty = await plugged();
  await stall(pty);
  const near = await openBytes(serial, { path: pty.path });
  const { outcome: first } = await blockedWrite(pty, near);
  const second = rejection(near.write(text('behind it')));
  await pty.unplug();
  expect(await Promise.all([first, second])).toMatchObject([{ code: 'connection-lost' }, { code: 'connection-lost' }]);
});

test('a tty that is hung up, as by a USB unplug, ends the connection', async () => {
  const { spawn } = await import('@lydell/node-pty');
  // The kernel hangs up the terminal of a session whose leader ends; USB serial drivers call the same function.
  const leader = spawn('/bin/sh', ['-c', 'echo ready; read line'], {});
  const path = await new Promise<string>((resolve) => {
    leader.onData(() =>
      resolve(
        execFileSync('readlink', [`/proc/${leader.pid}/fd/0`])
          .toString()
          .trim(),
      ),
    );
  });
  const near = await openBytes(serial, { path });
  leader.kill('SIGKILL');
  expect(await near.closed).toMatchObject({ lost: true });
  await near.close();
});

test('nothing that was written while the plug was out arrives when it is back', async () => {
  const link = join(temporaryFolder(), 'port');
  const pty = await plugged(link);
  const before = await openBytes(serial, { path: link });
  await pty.unplug();
  await before.closed;
  expect(await rejection(before.write(text('stale')))).toMatchObject({ code: 'device-offline' });
  expect(await rejection(serial.open({ path: link }, openContext()))).toMatchObject({ code: 'device-offline' });
  const heard = new Heard(await pty.replug());
  const after = await openBytes(serial, { path: link });
  expect(await rejection(before.write(text('stale')))).toMatchObject({ code: 'device-offline' });
  await after.write(text('fresh'));
  await vi.waitFor(() => expect(heard.text).toBe('fresh'));
});

test('while a write is blocked the device is heard, and the write goes on when there is room', async () => {
  const pty = await plugged();
  await stall(pty);
  const near = await openBytes(serial, { path: pty.path });
  const { outcome } = await blockedWrite(pty, near);
  pty.far.resume();
  expect(await outcome).toBeUndefined();
});

test('what is held when a write is given up does not leave after the port is closed', async () => {
  const pty = await plugged();
  await stall(pty);
  const near = await openBytes(serial, { path: pty.path });
  const abort = new AbortController();
  await near.write(text('UUU'));
  const { outcome } = await blockedWrite(pty, near, abort.signal);
  abort.abort(new Error('deadline'));
  await outcome;
  await near.close();
  const heard = new Heard(pty.far);
  pty.far.resume();
  // Opening through the transport would flush what is left, so the marker comes another way.
  const marker = openSync(pty.path, constants.O_WRONLY | constants.O_NOCTTY);
  writeSync(marker, 'marker');
  closeSync(marker);
  await vi.waitFor(() => expect(heard.text.endsWith('marker')).toBe(true));
  expect(heard.text).toMatch(/^!+marker$/);
});

test('an abort with bytes still held closes the port, and none of them arrives later', async () => {
  const pty = await plugged();
  await stall(pty);
  const near = await openBytes(serial, { path: pty.path });
  const abort = new AbortController();
  await near.write(text('UUU'));
  const { outcome } = await blockedWrite(pty, near, abort.signal);
  const reason = new Error('deadline');
  abort.abort(reason);
  expect(await outcome).toBe(reason);
  expect(near.isOpen).toBe(false);
  await near.close();
  const heard = new Heard(pty.far);
  const after = await openBytes(serial, { path: pty.path });
  pty.far.resume();
  await after.write(text('fresh'));
  await vi.waitFor(() => expect(heard.text.endsWith('fresh')).toBe(true));
  expect(heard.text).toMatch(/^!+fresh$/);
});

test('an abort before the write begins sends nothing and leaves the port open', async () => {
  const pty = await plugged();
  const heard = new Heard(pty.far);
  const near = await openBytes(serial, { path: pty.path });
  expect(await rejection(near.write(text('no'), AbortSignal.abort(new Error('too late'))))).toMatchObject({
    message: 'too late',
  });
  expect(near.written).toBe(0);
  await near.write(text('yes'));
  await vi.waitFor(() => expect(heard.text).toBe('yes'));
});

test('discarding output drops what the device has not read, and the port stays open', async () => {
  const pty = await plugged();
  await stall(pty);
  const near = await openBytes(serial, { path: pty.path });
  await near.write(text('stale'));
  await near.discardOutput();
  const heard = new Heard(pty.far);
  pty.far.resume();
  await near.write(text('fresh'));
  await vi.waitFor(() => expect(heard.text.endsWith('fresh')).toBe(true));
  expect(heard.text).toMatch(/^!+fresh$/);
});

test('closing lets what the kernel took reach the device', async () => {
  const pty = await plugged();
  const heard = new Heard(pty.far);
  const near = await openBytes(serial, { path: pty.path });
  await near.write(text('last words'));
  await near.close();
  await vi.waitFor(() => expect(heard.text).toBe('last words'));
});

test('opening and closing leaks no descriptor', async () => {
  const pty = await plugged();
  const cycle = async (): Promise<void> => {
    const near = await serial.open({ path: pty.path }, openContext());
    await near.close();
    await rejection(serial.open({ path: '/dev/null' }, openContext()));
  };
  await cycle();
  const before = openDescriptors();
  for (let run = 0; run < 10; run++) await cycle();
  expect(openDescriptors()).toBe(before);
});

test('bytes that nobody listens for any more are reported, not kept for the next listener', async () => {
  const pty = await plugged();
  const context = openContext();
  const near = await openBytes(serial, { path: pty.path }, context);
  near.onData(() => {})();
  await Promise.resolve();
  await pty.far.write(text('late'));
  await vi.waitFor(() => expect(context.strays).toEqual(['4 bytes that nobody was listening for']));
  const next = new Heard(near);
  await pty.far.write(text('next'));
  await vi.waitFor(() => expect(next.text).toBe('next'));
});

test('errors are the one class that crosses layers', async () => {
  expect(await rejection(serial.open({ path: '/nowhere' }, openContext()))).toBeInstanceOf(BellcrankError);
});
