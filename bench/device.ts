import { Type } from '@sinclair/typebox';
import { attachCall, BellcrankError, type ByteConnection, defineDriver, LineExchange } from '../src/driver/index.ts';
import { defineModel } from '../src/driver/index.ts';
import type { SimulatorKind } from '../simulators/simulator.ts';

const empty = Type.Object({}, { additionalProperties: false });
const setting = Type.Object(
  { volts: Type.Number({ minimum: 0, maximum: 60, unit: 'V' }) },
  { additionalProperties: false },
);

/** As little device as there can be: one command, one exchange for it, and nothing that is polled. */
const model = defineModel({
  name: 'bench-output',
  summary: 'One setting, for benchmarks',
  commands: {
    set: {
      summary: 'Set',
      effect: 'idempotent',
      confirmation: 'acknowledged',
      timeoutMs: 5000,
      params: setting,
      result: setting,
    },
  },
  properties: {},
  events: {},
});

export const benchDriver = defineDriver({
  model,
  transports: ['serial', 'tcp'],
  options: empty,
  async attach(connection, _options, context) {
    const line = new LineExchange(connection, {
      clock: context.clock,
      inTerminator: '\n',
      outTerminator: '\n',
      replyTimeoutMs: 1000,
      quietMs: 50,
      unmatched: (what) => context.unmatched(what),
    });
    context.signal.addEventListener('abort', () => line.close(), { once: true });
    await line.query(attachCall(connection, context.signal), 'ID?', { decode: String });
    return {
      commands: {
        async set({ volts }, call) {
          const result = await line.query(call, `SET ${volts}`, { decode, final: true });
          call.confirm('acknowledged');
          return result;
        },
      },
    };
  },
});

function decode(reply: string): { volts: number } {
  if (!reply.startsWith('OK ')) throw new BellcrankError('device-protocol', `expected OK, got ${reply}`);
  return { volts: Number(reply.slice(3)) };
}

export const benchSimulator: SimulatorKind = {
  model: model.name,
  options: empty,
  create: () => ({ driver: benchDriver, wire: { shape: 'bytes', serve }, close: () => {} }),
};

function serve(far: ByteConnection): void {
  let input = '';
  far.onData((chunk) => {
    input += Buffer.from(chunk).toString('latin1');
    for (let end = input.indexOf('\n'); end >= 0; end = input.indexOf('\n')) {
      const line = input.slice(0, end);
      input = input.slice(end + 1);
      const reply = line === 'ID?' ? 'BENCH' : `OK ${line.slice(4)}`;
      far.write(Buffer.from(`${reply}\n`, 'latin1')).catch(() => {});
    }
  });
}
