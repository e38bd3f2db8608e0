import { once } from 'node:events';
import { Type } from '@sinclair/typebox';
import { BellcrankError, type Call, type Context, defineDriver, defineModel } from '../../src/driver/index.ts';

const none = Type.Object({}, { additionalProperties: false });
const write = { effect: 'idempotent', confirmation: 'confirmed', timeoutMs: 1000 } as const;
const pushed = 'pushed' as const;

export const ovenModel = defineModel({
  name: 'oven',
  summary: 'An oven for tests',
  commands: {
    beep: { ...write, summary: 'Beep', effect: 'actuate', confirmation: 'sent', params: none, result: none },
    'turn-by': {
      ...write,
      summary: 'Turn the table',
      params: Type.Object(
        { degrees: Type.Integer({ minimum: -90, maximum: 90, unit: '°' }) },
        { additionalProperties: false },
      ),
      result: none,
    },
    program: {
      ...write,
      summary: 'Two values have no place in conventions of one',
      params: Type.Object({ from: Type.Number(), to: Type.Number() }, { additionalProperties: false }),
      result: none,
    },
  },
  properties: {
    temperature: { summary: 'Inside', access: 'read', source: pushed, schema: Type.Number({ unit: '°C' }) },
    setpoint: {
      summary: 'Wanted',
      access: 'read-write',
      source: pushed,
      schema: Type.Number({ minimum: 0, maximum: 250, multipleOf: 0.5, unit: '°C' }),
      write,
    },
    heating: { summary: 'Heating', access: 'read-write', source: pushed, schema: Type.Boolean(), write },
    mode: {
      summary: 'Mode',
      access: 'read-write',
      source: pushed,
      schema: Type.Unsafe<string>({ type: 'string', enum: ['bake', 'grill'] }),
      write,
    },
    note: { summary: 'Note', access: 'read-write', source: pushed, schema: Type.String({ maxLength: 20 }), write },
    door: { summary: 'Door open', access: 'read', source: pushed, schema: Type.Boolean() },
    zones: { summary: 'Zones', access: 'read', source: pushed, schema: Type.Array(Type.Number()) },
  },
  events: { done: { summary: 'Done', data: Type.Object({ minutes: Type.Number() }, { additionalProperties: false }) } },
  stop: { summary: 'Heating off', confirmation: 'confirmed', timeoutMs: 1000 },
});

/** What a test sees of the oven, and does to it. */
export class Oven {
  readonly done: string[] = [];
  context: Context | undefined;
  /** Of the sessions that begin from now on. */
  resync: (() => Promise<void>) | undefined;

  readonly driver = defineDriver({
    model: ovenModel,
    transports: ['none'],
    options: Type.Object({}, { additionalProperties: false }),
    attach: async (_connection, _options, context) => {
      // The typed context is the context with names checked.
      this.context = context as unknown as Context;
      const initial = {
        temperature: 20,
        setpoint: 20,
        heating: false,
        mode: 'bake',
        note: '',
        door: false,
        zones: [1, 2],
      };
      for (const [name, value] of Object.entries(initial)) this.context.report(name, value);
      const set = (name: string) => async (value: unknown, call: Pick<Call, 'sending' | 'confirm' | 'signal'>) => {
        if (value === 240) {
          await call.sending();
          await once(call.signal, 'abort');
        }
        if (value === 13) {
          await call.sending();
          throw new BellcrankError('device-refused', 'not 13', { device: { code: 'E13', text: 'no thirteen' } });
        }
        await call.sending();
        this.done.push(`${name}=${String(value)}`);
        this.context?.report(name, value);
        call.confirm('confirmed');
      };
      return {
        commands: {
          beep: async (_params, call) => {
            await call.sending();
            this.done.push('beep');
            return {};
          },
          'turn-by': async ({ degrees }, call) => {
            await call.sending();
            this.done.push(`turn-by=${degrees}`);
            call.confirm('confirmed');
            return {};
          },
          program: async () => ({}),
        },
        ...(this.resync && { resync: this.resync }),
        write: { setpoint: set('setpoint'), heating: set('heating'), mode: set('mode'), note: set('note') },
        stop: async (call) => {
          await call.sending();
          this.done.push('stop');
          call.confirm('confirmed');
        },
      };
    },
  });
}
