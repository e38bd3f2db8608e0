import { expect, test } from 'vitest';
import { setLines } from './serial-lines.ts';
import type { Port } from './serial-port.ts';

// A PTY has no modem lines, so the port is a stand-in here; that one without them is refused is seen on a PTY.

function port(failing = false) {
  const calls: unknown[] = [];
  const never = (): Promise<never> => new Promise(() => {});
  const stand: Port = {
    read: never,
    write: never,
    flush: never,
    drain: never,
    async setLines(lines) {
      if (failing) throw new Error('Inappropriate ioctl for device, cannot set');
      calls.push(lines);
    },
    async close(discard) {
      calls.push(discard ? 'close, discarding' : 'close');
    },
  };
  return { calls, stand };
}

test.each([
  [{}, []],
  [{ dtr: false }, [{ dtr: false, rts: true }]],
  [{ rts: false }, [{ dtr: true, rts: false }]],
  [{ dtr: true, rts: true }, [{ dtr: true, rts: true }]],
  [{ dtr: false, rts: false }, [{ dtr: false, rts: false }]],
])('%j sets %j: what is not named stays up, as opening leaves it', async (wanted, expected) => {
  const { calls, stand } = port();
  await setLines(stand, '/dev/odd', wanted);
  expect(calls).toEqual(expected);
});

test('a port whose lines cannot be set is closed, and says what to leave out', async () => {
  const { calls, stand } = port(true);
  await expect(setLines(stand, '/dev/odd', { dtr: false })).rejects.toMatchObject({
    code: 'device-offline',
    message: expect.stringContaining('leave dtr and rts out'),
  });
  expect(calls).toEqual(['close, discarding']);
});
