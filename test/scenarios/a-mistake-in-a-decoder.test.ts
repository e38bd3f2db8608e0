import { expect, test } from 'vitest';
import { LineExchange } from '../../src/driver/line.ts';
import { defineDriver, defineModel, Type } from '../../src/driver/index.ts';
import { createRig, MemoryLine } from '../support/rig.ts';

const model = defineModel({
  name: 'scale',
  summary: 'A scale for tests',
  commands: {},
  properties: {
    weight: { summary: 'Weight', access: 'read', source: { pollMs: 1000 }, schema: Type.Number() },
  },
  events: {},
});

/** It uses what it found in the reply without looking whether it found anything. */
const driver = defineDriver({
  model,
  transports: ['serial'],
  options: Type.Object({}, { additionalProperties: false }),
  attach: (connection, _options, context) => {
    const { clock } = context;
    const line = new LineExchange(connection, {
      clock,
      outTerminator: '\n',
      inTerminator: '\n',
      replyTimeoutMs: 500,
      unmatched: () => {},
    });
    return Promise.resolve({
      commands: {},
      read: { weight: (call) => line.query(call, 'W?', { decode: weightIn }) },
      resync: async ({ signal }) => await line.drain(100, 500, signal),
      detach: () => Promise.resolve(line.close()),
    });
  },
});

function weightIn(text: string): number {
  const found = /W=(\d+)/.exec(text) as RegExpExecArray;
  return Number(found[1]);
}

test('is the fault of the driver, and the log has it once, however often it is polled', async () => {
  const line = new MemoryLine((far) => far.onData(() => void far.write(Buffer.from('none\n'))));
  const rig = createRig(driver, { line }, [{ id: 'scale', connection: 'line' }]);
  await rig.until(
    () => rig.device('scale').reading('weight').error?.includes('Cannot read properties of null') === true,
  );
  await rig.clock.advance(10_000);
  expect(rig.logged.filter((message) => message === 'the driver is at fault')).toHaveLength(1);
  const read = rig.device('scale').read('weight', 0, new AbortController().signal);
  await expect(rig.settled(read)).rejects.toMatchObject({ code: 'driver-fault', cause: expect.any(TypeError) });
});
