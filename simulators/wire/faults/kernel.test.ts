import { mkdtemp, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { faulty, Subject } from '../../../test/support/faulty.ts';

const shouter = (): Subject => new Subject((text) => text.toUpperCase());

const bench = (via: 'pty' | 'tcp', more: object = {}) => faulty({ subject: shouter(), via, real: true, ...more });

type Bench = Awaited<ReturnType<typeof bench>>;

async function answers({ open }: Pick<Bench, 'open'>, text = 'hello'): Promise<void> {
  const near = await open();
  await near.write(text);
  await expect.poll(() => near.text()).toBe(text.toUpperCase());
  await near.connection.close();
}

describe.each(['pty', 'tcp'] as const)('over %s', (via) => {
  test('what is said and heard is changed', async () => {
    const subject = await bench(via);
    const near = await subject.open();
    await subject.faults(
      { kind: 'truncate', keep: 3, match: '^HELLO' },
      { kind: 'echo' },
      { kind: 'drop', direction: 'heard', match: 'lost' },
      { kind: 'delay', ms: 20 },
    );
    await near.write('hello');
    await expect.poll(() => near.text()).toBe('helloHEL');
    await near.write('lost');
    await expect.poll(() => near.text()).toBe('helloHELlost');
    expect(subject.acted()).toEqual([1, 2, 1, 3]);
  });

  test('what is sent to a hung device backs up in the kernel, and is heard when it wakes', async () => {
    const subject = await bench(via);
    const near = await subject.open();
    await subject.faults({ kind: 'hang' });
    const frame = 'x'.repeat(64 * 1024);
    let taken = 0;
    const writes = Array.from({ length: 200 }, () => near.write(frame).then(() => taken++));
    await expect.poll(() => near.connection.written).toBe(200);
    // Still open, still not everything taken after others have had their turns.
    for (let turn = 0; turn < 50; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
    expect(taken).toBeLessThan(200);
    expect(near.connection.isOpen).toBe(true);
    expect(subject.subject.heard.join('')).toHaveLength(0);
    const size = (): number => subject.subject.heard.reduce((sum, text) => sum + text.length, 0);
    await subject.control.clearFaults();
    await Promise.all(writes);
    await expect.poll(size, { timeout: 10_000 }).toBe(200 * frame.length);
  }, 30_000);

  test('after a partial write the rest stays in the kernel, until the fault is cleared', async () => {
    const subject = await bench(via);
    const near = await subject.open();
    await subject.faults({ kind: 'partial-write', bytes: 2 });
    await near.write('hello');
    await expect.poll(() => near.text()).toBe('HE');
    await near.write('more');
    await subject.control.clearFaults();
    await expect.poll(() => subject.subject.heard.join('')).toBe('hellomore');
  });

  test('an I/O error loses the connection, and the port can be opened again', async () => {
    const subject = await bench(via);
    const near = await subject.open();
    await subject.faults({ kind: 'io-error' });
    expect(await near.connection.closed).toMatchObject({ lost: true });
    await answers(subject);
    await subject.control.clearFaults();
    await answers(subject);
  });

  test('unplugged, nothing is there, until it is plugged in again by itself', async () => {
    const subject = await bench(via);
    const near = await subject.open();
    await subject.faults({ kind: 'unplug', match: 'go', returnAfterMs: 300, clearAfter: 1 });
    await near.write('go');
    expect(await near.connection.closed).toMatchObject({ lost: true });
    expect(near.text()).toBe('');
    await expect(subject.open()).rejects.toMatchObject({ code: 'device-offline' });
    const told = expect.objectContaining({ fault: 'unplug', detail: expect.stringContaining('plugged in again as') });
    await expect.poll(() => subject.events).toContainEqual(told);
    await answers(subject, 'go');
    expect(subject.subject.heard).toEqual(['go', 'go']);
  });

  test('it can come back under another name, which its settings tell', async () => {
    const subject = await bench(via);
    const { running } = subject;
    if (running.transport === 'memory') throw new Error('not over the kernel');
    const before = { ...(running.settings as object) };
    await subject.faults({ kind: 'unplug', otherPath: true, returnAfterMs: 0 });
    await expect.poll(() => subject.active()).toEqual([false]);
    await expect.poll(() => subject.events.at(-1)).toMatchObject({ detail: expect.stringContaining('again as') });
    expect(running.settings).not.toEqual(before);
    await answers(subject);
  });

  test('it can be unplugged and plugged in by hand', async () => {
    const subject = await bench(via);
    const near = await subject.open();
    await subject.control.press('unplug');
    expect(await near.connection.closed).toMatchObject({ lost: true });
    await expect(subject.open()).rejects.toMatchObject({ code: 'device-offline' });
    await Promise.all([subject.control.press('plug'), subject.control.press('unplug'), subject.control.press('plug')]);
    await answers(subject);
  });

  test('a simulator that is closed while it comes back does not come back', async () => {
    const subject = await bench(via);
    await subject.control.press('unplug');
    const plugged = subject.control.press('plug');
    await subject.running.close();
    await plugged;
    await expect(subject.open()).rejects.toMatchObject({ code: 'device-offline' });
  });
});

test('a TCP device that reads as ended closes in order, and can be opened again', async () => {
  const subject = await bench('tcp');
  const near = await subject.open();
  await subject.faults({ kind: 'zero-read' });
  const cause = expect.objectContaining({ message: 'the other end closed the connection' });
  expect(await near.connection.closed).toMatchObject({ lost: true, cause });
  await answers(subject);
});

test('an I/O error of TCP is a reset', async () => {
  const subject = await bench('tcp');
  const near = await subject.open();
  await subject.faults({ kind: 'io-error' });
  expect(await near.connection.closed).toMatchObject({ cause: { code: 'ECONNRESET' } });
});

test('a PTY has no zero-read, and says why', async () => {
  const subject = await bench('pty');
  await expect(subject.faults({ kind: 'zero-read' })).rejects.toMatchObject({
    code: 'invalid-request',
    message: expect.stringContaining('hangup'),
  });
});

test('a PTY comes back under its link, or under a second one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bellcrank-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const link = join(folder, 'tty');
  const subject = await bench('pty', { link });
  const first = await readlink(link);
  await subject.faults({ kind: 'unplug' });
  await expect(readlink(link)).rejects.toMatchObject({ code: 'ENOENT' });
  await subject.control.clearFaults();
  expect(await readlink(link)).toMatch(/^\/dev\/pts\//u);
  await answers(subject);
  await subject.faults({ kind: 'unplug', otherPath: true });
  await subject.control.clearFaults();
  await expect(readlink(link)).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await readlink(`${link}-2`)).toMatch(/^\/dev\/pts\//u);
  expect(first).toMatch(/^\/dev\/pts\//u);
  await answers(subject);
  await subject.control.press('unplug');
  await subject.control.press('plug');
  expect(await readlink(link)).toMatch(/^\/dev\/pts\//u);
  await subject.running.close();
  await expect(readlink(link)).rejects.toMatchObject({ code: 'ENOENT' });
});

test.each([
  ['with a link', true],
  ['without', false],
])('over a PTY %s a device restarts each time that somebody opens the port, and not before', async (_how, isLinked) => {
  const folder = await mkdtemp(join(tmpdir(), 'bellcrank-reset-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const subject = await bench('pty', isLinked ? { link: join(folder, 'port') } : {});
  await subject.faults({ kind: 'reset', banner: 'ready\n', bootMs: 50 });
  for (let turn = 1; turn <= 3; turn++) {
    // Some looks go by while nobody is there.
    await sleep(60);
    expect(subject.acted()).toEqual([turn - 1]);
    const near = await subject.open();
    await expect.poll(() => near.text()).toBe('ready\n');
    expect(subject.acted()).toEqual([turn]);
    await near.write('hello');
    await expect.poll(() => near.text()).toBe('ready\nHELLO');
    await near.connection.close();
  }
  await subject.control.press('unplug');
  await subject.control.press('plug');
  await sleep(60);
  expect(subject.acted()).toEqual([3]);
  const again = await subject.open();
  await expect.poll(() => again.text()).toBe('ready\n');
});

test('over a PTY a device restarts when the fault is set while the port is open; once it is cleared, no more', async () => {
  const subject = await bench('pty');
  const near = await subject.open();
  await subject.faults({ kind: 'reset', banner: 'ready\n' });
  await expect.poll(() => near.text()).toBe('ready\n');
  await near.connection.close();
  await subject.faults({ kind: 'drop', match: 'nothing' });
  await answers(subject);
  await subject.faults({ kind: 'reset', banner: 'ready\n', bootMs: 50, every: 2 });
  const again = await subject.open();
  await expect.poll(() => again.text()).toBe('ready\n');
});
