import { expect, test, vi } from 'vitest';
import { settle, VirtualClock } from '../testing/virtual-clock.ts';
import { SerialConnection } from './serial-connection.ts';
import type { Port } from './serial-port.ts';

const never = (): Promise<never> => new Promise(() => {});

/** A port whose driver can be made to fail or to hang, as a PTY never does. */
class OddPort implements Port {
  readonly calls: string[] = [];
  read: Port['read'] = never;
  write: Port['write'] = async (bytes) => void this.calls.push(`write ${Buffer.from(bytes).toString()}`);
  flush: Port['flush'] = async () => void this.calls.push('flush');
  setLines: Port['setLines'] = async (lines) => void this.calls.push(JSON.stringify(lines));
  drain: Port['drain'] = async () => void this.calls.push('drain');
  close: Port['close'] = async (discard) => void this.calls.push(discard ? 'close, discarding' : 'close');
}

function opened(port: OddPort, clock = new VirtualClock(), characterMs?: number): SerialConnection {
  return new SerialConnection(port, '/dev/odd', clock, undefined, characterMs);
}

test('reading nothing means that the port has gone', async () => {
  const port = new OddPort();
  port.read = async () => 0;
  const connection = opened(port);
  expect(await connection.closed).toMatchObject({ lost: true, cause: { message: expect.stringContaining('gone') } });
  await connection.close();
  expect(port.calls).toEqual(['close, discarding']);
});

test('a failing read ends it', async () => {
  const port = new OddPort();
  port.read = () => Promise.reject(new Error('something else'));
  expect(await opened(port).closed).toMatchObject({ lost: true, cause: { message: 'something else' } });
});

test.each(['EIO', 'bad file descriptor'])('%s is told as what it means', async (words) => {
  const port = new OddPort();
  port.read = () => Promise.reject(new Error(words));
  const { cause } = await opened(port).closed;
  expect(cause.message).toBe(`the port has gone (${words})`);
});

test('a failing write ends it, and every other write with it', async () => {
  const port = new OddPort();
  port.write = () => Promise.reject(new Error('EIO'));
  const connection = opened(port);
  const writes = [connection.write(Buffer.from('a')), connection.write(Buffer.from('b'))];
  for (const write of writes) await expect(write).rejects.toMatchObject({ code: 'connection-lost' });
  expect(await connection.closed).toMatchObject({ lost: true });
});

test('whoever writes what fails at once is told what it means', async () => {
  const port = new OddPort();
  port.write = () => {
    throw new Error('EIO');
  };
  await expect(opened(port).write(Buffer.from('a'))).rejects.toMatchObject({
    code: 'connection-lost',
    message: expect.stringContaining('the port has gone (EIO)') as string,
  });
});

test('writes leave one after the other', async () => {
  const port = new OddPort();
  const { promise: first, resolve } = Promise.withResolvers<void>();
  const write = port.write;
  port.write = async (bytes) => {
    await first;
    await write(bytes);
  };
  const connection = opened(port);
  const writes = [connection.write(Buffer.from('a')), connection.write(Buffer.from('b'))];
  resolve();
  await Promise.all(writes);
  expect(port.calls).toEqual(['write a', 'write b']);
});

test('a write behind another begins when its own bytes leave, and one behind a flush is not dropped with the rest', async () => {
  const port = new OddPort();
  const { promise: first, resolve } = Promise.withResolvers<void>();
  const { promise: flushing, resolve: flushed } = Promise.withResolvers<void>();
  const { write } = port;
  port.write = async (bytes) => {
    await first;
    await write(bytes);
  };
  const connection = opened(port);
  let begun = 0;
  const writes = ['a', 'b'].map((text) =>
    connection.write(Buffer.from(text), undefined, { onBegin: () => void begun++ }),
  );
  await settle();
  expect([begun, connection.written]).toEqual([1, 2]);
  resolve();
  await Promise.all(writes);
  expect(begun).toBe(2);
  port.flush = () => flushing;
  const discarded = connection.discardOutput();
  const behind = connection.write(Buffer.from('c'));
  await settle();
  expect(port.calls).toEqual(['write a', 'write b']);
  flushed();
  await Promise.all([discarded, behind]);
  expect(port.calls).toEqual(['write a', 'write b', 'write c']);
});

test('a write behind one that was given up never begins', async () => {
  const port = new OddPort();
  const { promise: blocked, reject } = Promise.withResolvers<void>();
  const begun: string[] = [];
  port.write = (bytes) => {
    begun.push(Buffer.from(bytes).toString());
    return blocked;
  };
  const connection = opened(port);
  const abort = new AbortController();
  const first = connection.write(Buffer.from('a'), abort.signal);
  const second = connection.write(Buffer.from('b'));
  await Promise.resolve();
  abort.abort(new Error('deadline'));
  await expect(first).rejects.toThrow('deadline');
  await expect(second).rejects.toMatchObject({ code: 'connection-lost' });
  reject(new Error('the port was closed'));
  await connection.close();
  expect(begun).toEqual(['a']);
  expect(port.calls).toEqual(['close, discarding']);
});

test('closing waits for what the kernel holds, but not for ever: then it is dropped', async () => {
  const port = new OddPort();
  port.drain = never;
  const clock = new VirtualClock();
  const connection = opened(port, clock);
  const closing = connection.close();
  await clock.advance(999);
  expect(port.calls).toEqual([]);
  await clock.advance(1);
  await closing;
  expect(port.calls).toEqual(['flush', 'close, discarding']);
  expect(clock.pendingTimers).toBe(0);
});

test('closing is bounded even if the driver never answers, and the descriptor follows when it does', async () => {
  const port = new OddPort();
  const { promise: unstuck, resolve } = Promise.withResolvers<void>();
  port.close = async () => {
    await unstuck;
    port.calls.push('close');
  };
  const clock = new VirtualClock();
  const connection = opened(port, clock);
  const closing = connection.close();
  await clock.advance(2000);
  await closing;
  expect(port.calls).toEqual(['drain']);
  resolve();
  await vi.waitFor(() => expect(port.calls).toEqual(['drain', 'close']));
});

test('discarding output flushes, or closes if a write is in progress', async () => {
  const port = new OddPort();
  const connection = opened(port);
  await connection.discardOutput();
  expect(connection.isOpen).toBe(true);
  expect(port.calls).toEqual(['flush']);
  port.write = never;
  const writing = connection.write(Buffer.from('a'));
  await connection.discardOutput();
  await expect(writing).rejects.toMatchObject({ code: 'connection-lost' });
  expect(await connection.closed).toMatchObject({ lost: false });
  await connection.discardOutput();
  await vi.waitFor(() => expect(port.calls).toEqual(['flush', 'close, discarding']));
});

// A stop that nothing acknowledges is written in the very moment in which recovery begins.
test('what is on its way to the line is not discarded, only what stays there', async () => {
  const port = new OddPort();
  const clock = new VirtualClock();
  const connection = opened(port, clock, 8);
  await connection.write(Buffer.from('S 3'));
  await clock.advance(4);
  await connection.write(Buffer.from('S 0'));
  const discarded = connection.discardOutput();
  await clock.advance(40);
  expect(port.calls).toEqual(['write S 3', 'write S 0']);
  const begun = connection.write(Buffer.from('!'));
  await begun;
  await clock.advance(10);
  expect(port.calls.at(-1)).toBe('write !');
  await clock.advance(2);
  await discarded;
  expect(port.calls).toEqual(['write S 3', 'write S 0', 'write !', 'flush']);
});

test('a slow line keeps a discard waiting for a second at most', async () => {
  const port = new OddPort();
  const clock = new VirtualClock();
  const connection = opened(port, clock, 100);
  await connection.write(Buffer.from('0123456789abcdef'));
  const discarded = connection.discardOutput();
  await clock.advance(999);
  expect(port.calls).not.toContain('flush');
  await clock.advance(1);
  await discarded;
  expect(port.calls).toContain('flush');
});

// A stop that comes while recovery waits takes the line from it; what was asked to be discarded is discarded all the same.
test('what is written shortly before a slow line has had its second is not discarded on its way', async () => {
  const port = new OddPort();
  const clock = new VirtualClock();
  const connection = opened(port, clock, 30);
  await connection.write(Buffer.from('x'.repeat(30)));
  const discarded = connection.discardOutput();
  await clock.advance(850);
  await connection.write(Buffer.from('STOP 12345'));
  await clock.advance(349);
  expect(port.calls).not.toContain('flush');
  await clock.advance(1);
  await discarded;
  expect(port.calls).toContain('flush');
});

test('a flush that fails means that the port has gone', async () => {
  const port = new OddPort();
  port.flush = () => Promise.reject(new Error('EIO'));
  const connection = opened(port);
  await connection.discardOutput();
  expect(await connection.closed).toMatchObject({ lost: true });
});
