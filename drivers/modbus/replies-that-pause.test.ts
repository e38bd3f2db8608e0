import { expect, onTestFinished, test } from 'vitest';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { memoryBytes } from '../../src/transport/memory.ts';
import { makeCall } from '../../test/support/call.ts';
import { makeContext } from '../../test/support/context.ts';
import { modbusDriver } from './driver.ts';
import type { ModbusMap } from './model.ts';

const map: ModbusMap = {
  model: 'm',
  summary: 'A device',
  properties: {
    one: {
      summary: 'One',
      schema: { type: 'number' },
      register: { table: 'holding', address: 0, type: 'uint16' },
    },
  },
};

/** Register 0 of unit 1 holds 7: the request and its response, as the standard has them. */
const response = Buffer.from('0103020007f986', 'hex');

/** Reads, and hears so many bytes of the response at once and the rest after a pause. */
async function read({ first, pauseMs, characterMs }: { first: number; pauseMs: number; characterMs?: number }) {
  const clock = new VirtualClock();
  const { near, far } = memoryBytes();
  onTestFinished(() => near.close());
  let pauses = false;
  far.onData(() => {
    void far.write(pauses ? response.subarray(0, first) : response);
    if (pauses) clock.timer(pauseMs, () => void far.write(response.subarray(first)));
  });
  const connection = characterMs === undefined ? near : Object.assign(near, { characterMs });
  const { context } = makeContext(clock);
  const session = await modbusDriver(map).attach(connection, { framing: 'rtu' }, context);
  pauses = true;
  const told: Promise<unknown> = session.read?.['one']?.(makeCall(near).call as never) ?? Promise.resolve();
  const value = told.catch((error: unknown) => error);
  await settle();
  await clock.advance(2000);
  return await value;
}

const at9600 = 11_000 / 9600;
const at110 = 11_000 / 110;

// What a serial server hands on lies in several packets, and a network may hold up each of them.
test.each([60, 200, 450])('a response may pause for %d ms on a network', async (pauseMs) => {
  expect(await read({ first: 4, pauseMs })).toBe(7);
});

test('a response that a network cuts short ends with the reply timeout', async () => {
  expect(await read({ first: 4, pauseMs: 1900 })).toMatchObject({ code: 'device-protocol' });
});

test('on a port 50 ms of silence end a response: adapters hand on later than 3.5 characters', async () => {
  expect(await read({ first: 4, pauseMs: 40, characterMs: at9600 })).toBe(7);
  expect(await read({ first: 4, pauseMs: 60, characterMs: at9600 })).toMatchObject({ code: 'device-protocol' });
});

// Serial Line V1.02, §2.5.1.1: a frame is whole when the line has been silent for 3.5 characters.
test('no fewer than 3.5 characters of silence end a response on a slow line', async () => {
  expect(await read({ first: 4, pauseMs: 340, characterMs: at110 })).toBe(7);
  expect(await read({ first: 4, pauseMs: 360, characterMs: at110 })).toMatchObject({ code: 'device-protocol' });
});
