import { Type } from '@sinclair/typebox';
import { BellcrankError, type ByteConnection, defineDriver, defineModel } from '../../src/driver/index.ts';
import { attachCall, LineExchange } from '../../src/driver/line.ts';

const empty = Type.Object({}, { additionalProperties: false });
const percent = Type.Number({ minimum: 0, maximum: 100, unit: '%' });
const aimed = Type.Object({ percent }, { additionalProperties: false });

export const valveModel = defineModel({
  name: 'valve',
  summary: 'A valve for tests of queue policies, verification and aborts',
  commands: {
    aim: {
      summary: 'Open so far; the latest wins, and the position is read back',
      effect: 'idempotent',
      confirmation: 'confirmed',
      timeoutMs: 2000,
      onBusy: 'supersede',
      verify: { property: 'position', param: 'percent', tolerance: 0.5, withinMs: 500 },
      params: aimed,
      result: empty,
    },
    tap: {
      summary: 'Makes no sense later',
      effect: 'actuate',
      confirmation: 'acknowledged',
      timeoutMs: 1000,
      onBusy: 'reject',
      params: empty,
      result: empty,
    },
    flush: {
      summary: 'Takes its time, and can be aborted',
      effect: 'actuate',
      confirmation: 'acknowledged',
      timeoutMs: 5000,
      abortable: true,
      params: empty,
      result: empty,
    },
  },
  properties: {
    position: { summary: 'Position', access: 'read', source: { pollMs: 60_000 }, schema: percent },
    trim: {
      summary: 'Trim, verified',
      access: 'read-write',
      source: { pollMs: 60_000 },
      schema: percent,
      write: { effect: 'idempotent', confirmation: 'confirmed', timeoutMs: 1000, verify: {} },
    },
  },
  events: {},
});

const ok = (line: string): void => {
  if (line !== 'OK') throw new BellcrankError('device-protocol', `expected OK, got ${line}`);
};

export const valveDriver = defineDriver({
  model: valveModel,
  transports: ['serial', 'tcp'],
  options: Type.Object({}, { additionalProperties: false }),
  async attach(connection, _options, context) {
    const line = new LineExchange(connection, {
      clock: context.clock,
      inTerminator: '\n',
      outTerminator: '\n',
      replyTimeoutMs: 200,
      quietMs: 50,
      unmatched: (what) => context.unmatched(what),
    });
    context.signal.addEventListener('abort', () => line.close(), { once: true });
    await line.query(attachCall(connection, context.signal), 'ID?', { decode: String });
    return {
      commands: {
        async aim({ percent: to }, call) {
          await line.query(call, `AIM ${to}`, { decode: ok });
          call.confirm('acknowledged');
          return {};
        },
        async tap(_, call) {
          await line.query(call, 'TAP', { decode: ok, final: true });
          call.confirm('acknowledged');
          return {};
        },
        async flush(_, call) {
          await line.query(call, 'FLUSH', { decode: ok });
          const { promise, resolve } = Promise.withResolvers<void>();
          call.cancelled.addEventListener('abort', () => resolve(), { once: true });
          call.signal.addEventListener('abort', () => resolve(), { once: true });
          await promise;
          call.signal.throwIfAborted();
          await line.query(call, 'ABORT', { decode: ok });
          throw new BellcrankError('cancelled', 'the valve was told to stop flushing, and did');
        },
      },
      read: {
        position: (call) => line.query(call, 'POS?', { decode: Number }),
        trim: (call) => line.query(call, 'TRIM?', { decode: Number }),
      },
      write: {
        async trim(value, call) {
          await line.query(call, `TRIM ${value}`, { decode: ok });
          call.confirm('acknowledged');
        },
      },
      async resync(call) {
        await line.drain(50, 500, call.signal);
        await line.probe(call, 'ID?', { decode: String, isReply: (text) => text === 'VALVE', maxSkipped: 5 });
      },
    };
  },
});

/** The valve at the far end. It answers at once, unless it is held. */
export class Valve {
  readonly executed: string[] = [];
  position = 0;
  trim = 0;
  /** Where it gets stuck, whatever it is told. */
  stuckAt: number | undefined;
  /** Queries that get no answer. */
  readonly mute = new Set<string>();
  /** Positions told before it is there. */
  readonly onTheWay: number[] = [];
  held: (() => void)[] | undefined;

  serve(far: ByteConnection): void {
    let input = '';
    far.onData((chunk) => {
      input += Buffer.from(chunk).toString('latin1');
      for (let end = input.indexOf('\n'); end >= 0; end = input.indexOf('\n')) {
        const line = input.slice(0, end);
        input = input.slice(end + 1);
        const reply = this.#execute(line);
        if (reply === undefined) continue;
        const send = (): void => void far.write(Buffer.from(`${reply}\n`, 'latin1')).catch(() => {});
        if (this.held === undefined) send();
        else this.held.push(send);
      }
    });
  }

  release(): void {
    const held = this.held ?? [];
    this.held = undefined;
    for (const send of held) send();
  }

  #execute(line: string): string | undefined {
    if (this.mute.has(line)) return undefined;
    if (line === 'ID?') return 'VALVE';
    if (line === 'POS?') return String(this.onTheWay.shift() ?? this.position);
    if (line === 'TRIM?') return String(this.trim);
    this.executed.push(line);
    const [word, value] = line.split(' ');
    if (word === 'AIM') this.position = this.stuckAt ?? Number(value);
    if (word === 'TRIM') this.trim = this.stuckAt ?? Number(value);
    return 'OK';
  }
}
