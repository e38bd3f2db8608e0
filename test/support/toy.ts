import { Type } from '@sinclair/typebox';
import { BellcrankError, type ByteConnection, defineDriver, defineModel } from '../../src/driver/index.ts';
import { attachCall, LineExchange } from '../../src/driver/line.ts';

const empty = Type.Object({}, { additionalProperties: false });
const valued = Type.Object({ value: Type.Number({ minimum: 0, maximum: 100 }) }, { additionalProperties: false });

export const toyModel = defineModel({
  name: 'toy',
  summary: 'A line device for tests',
  commands: {
    set: {
      summary: 'Set',
      effect: 'idempotent',
      confirmation: 'acknowledged',
      timeoutMs: 1000,
      params: valued,
      result: valued,
    },
    pulse: {
      summary: 'Pulse',
      effect: 'actuate',
      confirmation: 'acknowledged',
      timeoutMs: 1000,
      params: empty,
      result: empty,
    },
    ask: {
      summary: 'Ask',
      effect: 'read',
      confirmation: 'acknowledged',
      timeoutMs: 1000,
      params: empty,
      result: valued,
    },
    bang: {
      summary: 'At once',
      effect: 'actuate',
      confirmation: 'sent',
      timeoutMs: 500,
      urgent: true,
      params: empty,
      result: empty,
    },
    stubborn: {
      summary: 'Ignores its deadline',
      effect: 'actuate',
      confirmation: 'sent',
      timeoutMs: 300,
      params: empty,
      result: empty,
    },
    sweep: {
      summary: 'Three settings, one after the other',
      effect: 'idempotent',
      confirmation: 'acknowledged',
      timeoutMs: 300,
      long: true,
      params: empty,
      result: empty,
    },
    optimist: {
      summary: 'Claims too much',
      effect: 'actuate',
      confirmation: 'confirmed',
      timeoutMs: 300,
      params: empty,
      result: empty,
    },
  },
  properties: {
    value: { summary: 'Value', access: 'read', source: { pollMs: 60_000 }, schema: Type.Number({ maximum: 100 }) },
    setpoint: {
      summary: 'Setpoint',
      access: 'read-write',
      source: { pollMs: 60_000 },
      schema: Type.Number({ minimum: 0, maximum: 100 }),
      write: { effect: 'idempotent', confirmation: 'acknowledged', timeoutMs: 1000 },
    },
  },
  events: {},
  stop: { summary: 'Off', confirmation: 'acknowledged', timeoutMs: 500 },
});

const ok = (line: string): void => {
  if (line.startsWith('ERR '))
    throw new BellcrankError('device-refused', line, { device: { code: line.slice(4), text: line } });
  if (line !== 'OK') throw new BellcrankError('device-protocol', `expected OK, got ${line}`);
};
const number = (line: string): number => {
  if (!/^VAL -?\d+$/.test(line)) throw new BellcrankError('device-protocol', `expected VAL, got ${line}`);
  return Number(line.slice(4));
};

/** `resync: false` leaves recovery to the runtime: drain, then attach anew. */
export function toyDriver(options: { resync?: boolean; maxInFlight?: number; guardMs?: number } = {}) {
  return defineDriver({
    model: toyModel,
    transports: ['serial', 'tcp'],
    options: Type.Object({ unit: Type.Optional(Type.String()) }, { additionalProperties: false }),
    address: ({ unit = '' }) => unit,
    timing: { quietMs: 50, ...(options.guardMs === undefined ? {} : { guardMs: options.guardMs }) },
    ...(options.maxInFlight === undefined ? {} : { maxInFlight: options.maxInFlight }),
    async attach(connection, { unit = '' }, context) {
      const line = new LineExchange(connection, {
        clock: context.clock,
        inTerminator: '\n',
        outTerminator: '\n',
        replyTimeoutMs: 200,
        quietMs: 50,
        unmatched: (what) => context.unmatched(what),
      });
      context.signal.addEventListener('abort', () => line.close(), { once: true });
      const identity = await line.query(attachCall(connection, context.signal), `${unit}ID?`, { decode: String });
      if (identity !== `${unit}TOY`) throw new BellcrankError('identity-mismatch', `answers ${identity}`);
      return {
        commands: {
          async set({ value }, call) {
            await line.query(call, `${unit}SET ${value}`, { decode: (reply) => (ok(reply), { value }), final: true });
            call.confirm('acknowledged');
            return { value };
          },
          async pulse(_, call) {
            await line.query(call, `${unit}PULSE`, { decode: (reply) => (ok(reply), {}), final: true });
            call.confirm('acknowledged');
            return {};
          },
          async ask(_, call) {
            const value = await line.query(call, `${unit}GET?`, { decode: number });
            call.confirm('acknowledged');
            return { value };
          },
          async bang(_, call) {
            await line.send(call, `${unit}!`);
            return {};
          },
          async stubborn(_, call) {
            await line.send(call, `${unit}STUBBORN`);
            return await new Promise<never>(() => {});
          },
          async sweep(_, call) {
            for (let value = 1; value <= 3; value++) {
              await line.query(call, `${unit}SET ${value}`, { decode: ok });
              call.progress({ value });
              await call.yield();
            }
            call.confirm('acknowledged');
            return {};
          },
          async optimist(_, call) {
            await line.send(call, `${unit}OPTIMIST`);
            return {};
          },
        },
        read: {
          value: (call) => line.query(call, `${unit}GET?`, { decode: number }),
          setpoint: (call) => line.query(call, `${unit}GET?`, { decode: number }),
        },
        write: {
          async setpoint(value, call) {
            await line.query(call, `${unit}SET ${value}`, { decode: ok, final: true });
            call.confirm('acknowledged');
          },
        },
        async stop(call) {
          await line.query(call, `${unit}STOP`, { decode: ok });
          call.confirm('acknowledged');
        },
        ...(options.resync === false
          ? {}
          : {
              async resync(call) {
                await line.drain(50, 500, call.signal);
                await line.probe(call, `${unit}ID?`, {
                  decode: String,
                  isReply: (text) => text === `${unit}TOY`,
                  maxSkipped: 5,
                });
              },
            }),
      };
    },
  });
}

/** The device at the far end: it counts what it executed, and answers as a test tells it to. */
export class ToyDevice {
  readonly executed: string[] = [];
  value = 7;
  readonly #unit: string;
  /** Replies held back, in order; undefined: answers at once. */
  held: (() => void)[] | undefined;
  mute = false;
  /** Rewrites one reply. */
  twist: (line: string, reply: string) => string = (_, reply) => reply;

  constructor(unit = '') {
    this.#unit = unit;
  }

  serve(far: ByteConnection): void {
    let input = '';
    far.onData((chunk) => {
      input += Buffer.from(chunk).toString('latin1');
      for (let end = input.indexOf('\n'); end >= 0; end = input.indexOf('\n')) {
        const line = input.slice(0, end);
        input = input.slice(end + 1);
        if (line.startsWith(this.#unit)) this.#take(line.slice(this.#unit.length), far);
      }
    });
  }

  /** Lets the held replies go and answers at once from now on. */
  release(): void {
    const held = this.held ?? [];
    this.held = undefined;
    for (const send of held) send();
  }

  #take(line: string, far: ByteConnection): void {
    const reply = this.#execute(line);
    if (reply === undefined || this.mute) return;
    const text = `${this.twist(line, reply)}\n`;
    const send = (): void => void far.write(Buffer.from(text, 'latin1')).catch(() => {});
    if (this.held === undefined) send();
    else this.held.push(send);
  }

  #execute(line: string): string | undefined {
    if (line === 'ID?') return `${this.#unit}TOY`;
    if (line === 'GET?') return `VAL ${this.value}`;
    this.executed.push(line);
    if (line.startsWith('SET ')) this.value = Number(line.slice(4));
    if (line === 'SET 99') return 'ERR 99';
    return line.startsWith('SET ') || line === 'PULSE' || line === 'STOP' ? 'OK' : undefined;
  }
}
