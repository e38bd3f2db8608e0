import { expect, test } from 'vitest';
import { modbusDriver } from '../../drivers/modbus/index.ts';
import type { ModbusMap } from '../../drivers/modbus/model.ts';
import type { ByteConnection } from '../../src/driver/index.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { createRig, MemoryLine } from '../support/rig.ts';

const number = { type: 'number', minimum: 0, maximum: 60_000 };
const pair = { table: 'holding', address: 10, type: 'uint32' } as const;

const map: ModbusMap = {
  model: 'pump',
  summary: 'A pump behind a gateway',
  modbus: { quietMs: 100, replyTimeoutMs: 300, pollMs: 3_600_000 },
  properties: {
    pressure: { summary: 'Pressure', schema: number, register: { table: 'input', address: 0, type: 'uint16' } },
  },
  commands: {
    run: {
      summary: 'Run at a speed',
      effect: 'actuate',
      confirmation: 'acknowledged',
      timeoutMs: 1000,
      params: { speed: { type: 'number', minimum: 0, maximum: 4000 } },
      writes: [{ register: pair, param: 'speed' }],
    },
  },
};

interface Asked {
  readonly id: number;
  readonly pdu: Buffer;
}

/** Requests as they come; `answer` gives a response or undefined. */
function gateway(answer: (asked: Asked) => readonly number[] | undefined) {
  const asked: Asked[] = [];
  const state: { far?: ByteConnection } = {};
  const say = (id: number, pdu: readonly number[]): void =>
    void state.far?.write(Uint8Array.of(id >> 8, id & 0xff, 0, 0, 0, pdu.length + 1, 1, ...pdu)).catch(() => {});
  const line = new MemoryLine((far) => {
    state.far = far;
    far.onData((chunk) => {
      const bytes = Buffer.from(chunk);
      const one = { id: bytes.readUInt16BE(0), pdu: bytes.subarray(7) };
      asked.push(one);
      const reply = answer(one);
      if (reply !== undefined) say(one.id, reply);
    });
  });
  return { asked, say, line };
}

/** The connection stays: a transaction id that was used on it still belongs to the old request. */
test('a response that outlives its session does not answer a command of the next one', async () => {
  const clock = new VirtualClock();
  let isSilent = false;
  const { asked, say, line } = gateway(({ pdu }) => (isSilent || pdu[0] !== 4 ? undefined : [4, 2, 0, 1]));
  const rig = createRig(
    modbusDriver(map),
    { line },
    [{ id: 'pump', connection: 'line', options: { framing: 'mbap' } }],
    { clock },
  );
  await rig.until(() => rig.device('pump').reading('pressure').quality === 'good');
  isSilent = true;
  // The gateway's queue is stuck. Nothing answers, so the device is attached anew on the same connection.
  const first = await rig.settled(rig.submit('pump', 'run', { speed: 3000 }));
  expect(first.outcome).toBe('unknown');
  const { id } = asked.findLast(({ pdu }) => pdu[0] === 16) ?? { id: 0 };
  await rig.until(() => rig.device('pump').state === 'offline');
  isSilent = false;
  await rig.until(() => rig.device('pump').state === 'ready');
  await clock.advance(2000);
  expect(line.opens).toBe(1);
  // As many requests as came before the first one.
  await rig.settled(rig.device('pump').read('pressure', 0, new AbortController().signal));
  // The next one is never executed; what is heard is the answer to the first.
  const second = rig.submit('pump', 'run', { speed: 100 });
  await rig.until(() => asked.at(-1)?.pdu[0] === 16);
  say(id, [16, 0, 10, 0, 2]);
  const ended = await rig.settled(second);
  expect(ended, `ids ${id} and ${asked.at(-1)?.id}`).not.toMatchObject({ outcome: 'succeeded' });
});
