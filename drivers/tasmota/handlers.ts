import { BellcrankError, type Confirmation, together } from '../../src/driver/index.ts';
import type { DeviceCall, Dialogue } from './dialogue.ts';
import type { Feature, Order } from './feature.ts';
import type { Hearing } from './hearing.ts';
import type { Shape } from './inventory.ts';
import { powerOrder } from './relay.ts';
import { moveOrder, shutterMoves, type ShutterMove } from './shutter.ts';
import { numbered } from './specs.ts';

type Handler = (input: unknown, call: DeviceCall) => Promise<unknown>;
type Reader = (call: DeviceCall) => Promise<unknown>;

/** Nothing of `Object`'s own is a command. */
const record = <T>(): Record<string, T> => Object.create(null) as Record<string, T>;

const restartOrder: Order = {
  command: 'Restart',
  payload: '1',
  answer: (fields) => (Object.hasOwn(fields, 'Restart') ? {} : undefined),
};

/** What the device is asked to do. The records are the session's own; what is in them follows its description. */
export class Handlers {
  readonly commands = record<Handler>();
  readonly write = record<Handler>();
  readonly read = record<Reader>();
  /** It has told its sensors. */
  sensorsKnown = false;
  readonly #dialogue: Dialogue;
  readonly #hearing: Hearing;
  #shape: Shape | undefined;

  constructor(dialogue: Dialogue, hearing: Hearing) {
    this.#dialogue = dialogue;
    this.#hearing = hearing;
    this.#command('restart', () => restartOrder, 'acknowledged');
  }

  take(shape: Shape): void {
    this.#shape = shape;
    for (const all of [this.commands, this.write, this.read]) for (const name of Object.keys(all)) delete all[name];
    this.#command('restart', () => restartOrder, 'acknowledged');
    for (const feature of shape.features) this.#property(feature);
    this.#relays(shape);
    this.#shutters(shape);
  }

  /** What one question answers is asked once. */
  async many(names: readonly string[], call: DeviceCall): Promise<Readonly<Record<string, unknown>>> {
    const wanted = (this.#shape?.features ?? []).filter(({ name }) => names.includes(name));
    const values: Record<string, unknown> = {};
    for (const from of ['state', 'sensors'] as const) {
      const features = wanted.filter((feature) => feature.from === from);
      if (features.length === 0) continue;
      const fields = await this.#document(from, call);
      for (const { name, told } of features) {
        values[name] = told(fields, this.#hearing.words) ?? noValue(name);
      }
    }
    return values;
  }

  /** Everything at once, since no order may wait for the answer to another. */
  async stop(call: DeviceCall, described: boolean): Promise<void> {
    const its = described ? this.#stopOrders() : [];
    const orders = its.length > 0 ? its : [everythingOff];
    const [first] = await together(orders.map((order) => this.#dialogue.order(call, order)));
    const isConfirmed = its.length > 0 && this.#shape?.description.shutters.length === 0;
    call.confirm(isConfirmed ? 'confirmed' : 'acknowledged', first?.evidence);
  }

  #stopOrders(): Order[] {
    const { description, features = [] } = this.#shape ?? {};
    if (description === undefined) return [];
    const fan = features.find(({ name }) => name === 'fan-speed')?.set?.(0);
    return [
      ...description.shutters.map((shutter) => moveOrder(shutter, 'stop-moving')),
      ...description.relays.map((relay) => powerOrder(relay, description, false)),
      ...(fan === undefined ? [] : [fan]),
    ];
  }

  #relays({ description }: Shape): void {
    const { relays } = description;
    const [only] = relays;
    if (only !== undefined && relays.length === 1) {
      // Validated against the command's schema.
      const on = (params: unknown): boolean => (params as { on: boolean }).on;
      this.#command(
        'power',
        (params) => powerOrder(only, description, on(params)),
        'confirmed',
        (is) => ({ on: is }),
      );
    }
    for (const relay of relays) {
      const name = numbered('toggle', relay, relays.length);
      this.#command(
        name,
        () => powerOrder(relay, description, 'TOGGLE'),
        'acknowledged',
        (is) => ({ on: is }),
      );
    }
  }

  #shutters({ description: { shutters } }: Shape): void {
    for (const shutter of shutters) {
      // The keys of a literal object, which TypeScript widens to string.
      for (const move of Object.keys(shutterMoves) as ShutterMove[]) {
        const name = numbered(move, shutter.number, shutters.length);
        this.#command(name, () => moveOrder(shutter, move), 'acknowledged');
      }
    }
  }

  #command(
    name: string,
    order: (params: unknown) => Order,
    level: Confirmation,
    result: (told: unknown) => unknown = () => ({}),
  ): void {
    this.commands[name] = async (params, call) => result(await this.#give(call, order(params), level));
  }

  #property({ name, spec, from, told, set }: Feature): void {
    this.read[name] = async (call) => {
      const value = told(await this.#document(from, call), this.#hearing.words);
      if (value === undefined || value === null) throw noValue(name);
      return value;
    };
    if (spec.access === 'read' || set === undefined) return;
    const { confirmation } = spec.write;
    this.write[name] = async (value, call) => void (await this.#give(call, set(value), confirmation));
  }

  async #give(call: DeviceCall, order: Order, level: Confirmation): Promise<unknown> {
    this.#hearing.presence.refuseIfAway();
    const { value, evidence } = await this.#dialogue.order(call, order);
    call.confirm(level, evidence);
    return value;
  }

  async #document(from: Feature['from'], call: DeviceCall) {
    this.#hearing.presence.refuseIfAway();
    return await this.#dialogue.status(call, from === 'state' ? 11 : 10);
  }
}

function noValue(name: string): BellcrankError {
  return new BellcrankError('device-failed', `the device tells no ${name} when it is asked`);
}

/** For a device that has not told what it has: one answer does not tell that all is off. */
const everythingOff: Order = {
  command: 'POWER0',
  payload: 'OFF',
  answer: (fields, { off }) =>
    Object.entries(fields).some(([key, value]) => /^POWER\d*$/.test(key) && value === off) ? {} : undefined,
};
