import { attachCall, BellcrankError, defineDriver, defineModel, LineExchange, Type } from 'bellcrank/driver';

const model = defineModel({
  name: 'thermometer',
  summary: 'A thermometer with an offset, on lines of text',
  commands: {
    'set-offset': {
      summary: 'Set the offset',
      effect: 'idempotent',
      confirmation: 'acknowledged',
      timeoutMs: 2000,
      params: Type.Object(
        { kelvin: Type.Number({ unit: 'K', minimum: -9, maximum: 9 }) },
        { additionalProperties: false },
      ),
      result: Type.Object({}, { additionalProperties: false }),
      examples: [{ params: { kelvin: 1.5 } }],
    },
  },
  properties: {
    temperature: {
      summary: 'Temperature',
      access: 'read',
      source: { pollMs: 10_000 },
      schema: Type.Number({ unit: '°C' }),
    },
  },
  events: {},
});

/** `T 21.5` */
function temperatureOf(line: string): number {
  const digits = /^T (-?\d+\.\d)$/.exec(line)?.[1];
  if (digits === undefined) throw new BellcrankError('device-protocol', `a thermometer does not say ${line}`);
  return Number(digits);
}

/** `OK`, or `NO` and why. */
function accept(line: string): object {
  if (line.startsWith('NO')) throw new BellcrankError('device-refused', `the thermometer refuses: ${line}`);
  if (line !== 'OK') throw new BellcrankError('device-protocol', `a thermometer does not say ${line}`);
  return {};
}

const quietMs = 50;

export const thermometer = defineDriver({
  model,
  transports: ['serial', 'tcp'],
  options: Type.Object({}, { additionalProperties: false }),
  timing: { quietMs },
  async attach(connection, _options, context) {
    const line = new LineExchange(connection, {
      clock: context.clock,
      inTerminator: '\n',
      outTerminator: '\n',
      replyTimeoutMs: 300,
      quietMs,
      unmatched: (what) => context.unmatched(what),
    });
    context.signal.addEventListener('abort', () => line.close(), { once: true });
    const identity = await line.query(attachCall(connection, context.signal), 'WHO', { decode: String });
    if (identity !== 'THERMOMETER') throw new BellcrankError('identity-mismatch', `it says that it is ${identity}`);
    return {
      commands: {
        async 'set-offset'({ kelvin }, call) {
          await line.query(call, `OFFSET ${kelvin}`, { decode: accept, final: true });
          call.confirm('acknowledged');
          return {};
        },
      },
      read: { temperature: (call) => line.query(call, 'T', { decode: temperatureOf }) },
    };
  },
});

export default thermometer;
