import { expect, test } from 'vitest';
import { modbusDriver } from '../../drivers/modbus/index.ts';
import type { ModbusMap } from '../../drivers/modbus/model.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { unitOn } from '../support/modbus-unit.ts';

const at = (address: number) => ({ table: 'holding', address, type: 'uint16' }) as const;
const number = { type: 'number', minimum: 0, maximum: 60_000 };

const map: ModbusMap = {
  model: 'two-writes',
  summary: 'Two writes in one command',
  modbus: { quietMs: 200, replyTimeoutMs: 300, pollMs: 60_000 },
  properties: { one: { summary: 'One', schema: number, register: at(100) } },
  commands: {
    both: {
      summary: 'Two registers',
      effect: 'actuate',
      confirmation: 'acknowledged',
      timeoutMs: 2000,
      writes: [
        { register: at(10), value: 1 },
        { register: at(11), value: 2 },
      ],
    },
  },
};

/** In time it would be `failed`: one of the two writes was taken. */
test('a late refusal of the second write does not say that nothing changed', async () => {
  const clock = new VirtualClock();
  let unit: ReturnType<typeof unitOn> | undefined;
  const line = new MemoryLine((far) => {
    unit = unitOn(far, (pdu) => {
      if (pdu[0] === 3) return [3, 2, 0, 1];
      return pdu[2] === 10 ? [...pdu] : undefined;
    });
  });
  const rig = createRig(modbusDriver(map), { line }, [{ id: 'm', connection: 'line', options: { framing: 'rtu' } }], {
    clock,
  });
  await rig.until(() => rig.device('m').reading('one').quality === 'good');
  const record = await rig.settled(rig.submit('m', 'both'));
  expect(record.outcome).toBe('unknown');
  await clock.advance(20);
  unit?.say(1, [0x86, 3]);
  await clock.advance(2000);
  expect(record).not.toMatchObject({ outcome: 'refused' });
});
