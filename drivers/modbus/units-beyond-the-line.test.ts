import { expect, onTestFinished, test } from 'vitest';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { memoryBytes } from '../../src/transport/memory.ts';
import { makeContext } from '../../test/support/context.ts';
import { validate } from '../../src/driver/index.ts';
import { modbusDriver } from './driver.ts';

const driver = modbusDriver({
  model: 'm',
  properties: { one: { schema: { type: 'number' }, register: { table: 'holding', address: 0, type: 'uint16' } } },
});

/** What attaching comes to, and what a device heard that answers every question of Modbus TCP with one register. */
async function attach(options: object) {
  const clock = new VirtualClock();
  const { near, far } = memoryBytes();
  onTestFinished(() => near.close());
  const heard: string[] = [];
  far.onData((chunk) => {
    const request = Buffer.from(chunk);
    heard.push(request.toString('hex'));
    // Transaction and protocol as they were; then length, unit, function, byte count, the register.
    void far.write(Buffer.concat([request.subarray(0, 4), Buffer.of(0, 5, request[6] ?? 0, 3, 2, 0, 7)]));
  });
  const attached = driver.attach(near, options, makeContext(clock).context).then(
    () => 'attached',
    (error: unknown) => error,
  );
  await settle();
  await clock.advance(2000);
  return { outcome: await attached, heard };
}

test.each([0, 255])('unit %d is that of a device that is on the network itself', async (unit) => {
  expect(validate(driver.options, { unit })).toEqual([]);
  const { outcome, heard } = await attach({ unit });
  expect(outcome).toBe('attached');
  expect(heard.map((request) => request.slice(12, 14))).toEqual([unit.toString(16).padStart(2, '0')]);
});

test('unit 0 is everybody on a line of RTU: nothing is sent to it', async () => {
  const { outcome, heard } = await attach({ unit: 0, framing: 'rtu' });
  expect(outcome).toMatchObject({ code: 'invalid-request', message: expect.stringContaining('unit 0') as string });
  expect(heard).toEqual([]);
});
