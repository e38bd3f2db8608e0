/** Type tests: each mistake below must not compile. Checked by `tsc`, which refuses an unused @ts-expect-error. */
import { Type } from '@sinclair/typebox';
import { type AnyDriver, defineDriver, defineModel } from '../../src/driver/index.ts';

const empty = Type.Object({}, { additionalProperties: false });
const volts = Type.Object({ volts: Type.Number() }, { additionalProperties: false });
const write = { effect: 'idempotent', confirmation: 'acknowledged', timeoutMs: 1000 } as const;

const model = defineModel({
  name: 'typed',
  summary: 'For type tests',
  commands: {
    set: {
      summary: '',
      effect: 'idempotent',
      confirmation: 'acknowledged',
      timeoutMs: 1000,
      params: volts,
      result: volts,
    },
    reset: { summary: '', effect: 'actuate', confirmation: 'sent', timeoutMs: 1000, params: empty, result: empty },
  },
  properties: {
    measured: { summary: '', access: 'read', source: { pollMs: 100 }, schema: Type.Number() },
    mode: { summary: '', access: 'read-write', source: 'pushed', schema: Type.String(), write },
  },
  events: { alarm: { summary: '', data: Type.Object({ code: Type.Integer() }) } },
});

const options = Type.Object({ unit: Type.Integer() }, { additionalProperties: false });
const stoppable = defineModel({
  ...model,
  stop: { summary: 'Off', confirmation: 'sent', timeoutMs: 1000 },
});

const commands = {
  set: ({ volts: wanted }: { volts: number }) => Promise.resolve({ volts: wanted }),
  reset: () => Promise.resolve({}),
};
const wrongResult = { ...commands, set: () => Promise.resolve({ volts: '5' }) };
const wrongParams = { ...commands, set: (_: { amps: number }) => Promise.resolve({ volts: 5 }) };
const read = { measured: () => Promise.resolve(1) };
const writers = { mode: (_: string) => Promise.resolve() };

// Everything inferred from the specs: params, options, results, wire and events.
export const driver: AnyDriver = defineDriver({
  model,
  transports: ['serial', 'tcp'],
  options,
  async attach(connection, { unit }, context) {
    const text: string = connection.label;
    const index: number = unit;
    context.report('measured', index);
    context.lost('measured', 'the sensor is unplugged');
    context.emit('alarm', { code: text.length });
    return {
      commands: {
        async set({ volts: wanted }, call) {
          await call.wire.write(Uint8Array.of(wanted));
          call.late({ volts: 1 });
          return { volts: wanted };
        },
        reset: () => Promise.resolve({}),
      },
      read,
      write: writers,
    };
  },
});

defineDriver({
  model,
  transports: ['serial'],
  options,
  // @ts-expect-error a missing command handler
  attach: () => Promise.resolve({ commands: { set: commands.set }, read, write: writers }),
});

defineDriver({
  model,
  transports: ['serial'],
  options,
  // @ts-expect-error a result of the wrong type
  attach: () => Promise.resolve({ commands: wrongResult, read, write: writers }),
});

defineDriver({
  model,
  transports: ['serial'],
  options,
  // @ts-expect-error params of the wrong type
  attach: () => Promise.resolve({ commands: wrongParams, read, write: writers }),
});

defineDriver({
  model,
  transports: ['serial'],
  options,
  // @ts-expect-error a missing reader of a polled property
  attach: () => Promise.resolve({ commands, read: {}, write: writers }),
});

defineDriver({
  model,
  transports: ['serial'],
  options,
  // @ts-expect-error a missing writer
  attach: () => Promise.resolve({ commands, read }),
});

defineDriver({
  model,
  transports: ['serial'],
  options,
  // @ts-expect-error a reader of the wrong type
  attach: () => Promise.resolve({ commands, read: { measured: () => Promise.resolve('1') }, write: writers }),
});

defineDriver({
  model: stoppable,
  transports: ['serial'],
  options,
  // @ts-expect-error the model declares a stop, the session has none
  attach: () => Promise.resolve({ commands, read, write: writers }),
});

defineDriver({
  model,
  // @ts-expect-error a transport that does not exist
  transports: ['usb'],
  options,
  attach: () => Promise.resolve({ commands, read, write: writers }),
});

defineDriver({
  model,
  transports: ['mqtt'],
  options,
  async attach(connection) {
    // @ts-expect-error a message connection has no byte stream
    connection.onData(() => {});
    return {
      commands: {
        ...commands,
        async reset(_, call) {
          // @ts-expect-error a message wire publishes, it does not write bytes
          await call.wire.write(Uint8Array.of(1));
          return {};
        },
      },
      read,
      write: writers,
    };
  },
});

defineDriver({
  model,
  transports: ['serial'],
  options,
  async attach(_connection, given, context) {
    // @ts-expect-error options are typed by their schema
    const wrong: string = given.unit;
    // @ts-expect-error there is no such property
    context.report('missing', wrong);
    // @ts-expect-error there is no such property
    context.lost('missing', 'why');
    // @ts-expect-error a value of the wrong type
    context.report('measured', 'warm');
    // @ts-expect-error there is no such event
    context.emit('missing', {});
    return { commands, read, write: writers };
  },
});

// @ts-expect-error an effect that does not exist
defineModel({ ...model, commands: { set: { ...model.commands.set, effect: 'maybe' } } });
