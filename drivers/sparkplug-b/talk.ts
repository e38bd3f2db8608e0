import { BellcrankError, type Call, type MessageWire, validate } from '../../src/driver/index.ts';
import { encodeCommand } from './command.ts';
import { valueSchema } from './datatypes.ts';
import type { Control, MetricShape } from './describe.ts';
import type { Heard } from './expectations.ts';
import type { SparkplugOptions } from './options.ts';
import type { Picture } from './picture.ts';
import type { Station } from './station.ts';
import { sameValue, type Value } from './values.ts';

export type DeviceCall = Call<MessageWire>;

export interface Asked {
  readonly shape: MetricShape;
  readonly value: Value;
}

type Shown = Map<string, Value>;

/** What is said to one node or device, and how it is known to have been done. */
export class Talk {
  readonly #station: Station;
  readonly #options: SparkplugOptions;
  readonly timeoutMs: number;

  constructor(station: Station, options: SparkplugOptions) {
    this.#station = station;
    this.#options = options;
    this.timeoutMs = options.replyTimeoutMs ?? 3000;
  }

  /** Writes metrics in one message. */
  async write(call: DeviceCall, asked: readonly Asked[]): Promise<ReadonlyMap<string, Value>> {
    const { presence, picture, inStep } = this.#station;
    presence.refuseIfAway();
    if (picture === undefined || !inStep) throw this.#station.notYet();
    return await this.#set(call, picture, asked);
  }

  /** It goes to what is said to be away, too: it may be on its way back. */
  async stop(call: DeviceCall): Promise<void> {
    const { picture, described } = this.#station;
    if (picture === undefined) throw this.#station.notYet();
    const asked: Asked[] = [];
    const wrong: string[] = [];
    for (const { property, value } of this.#options.stop ?? []) {
      const shape = described.byProperty.get(property);
      if (shape === undefined || !fits(shape, value)) wrong.push(property);
      else asked.push({ shape, value });
    }
    // What can be made safe is made safe first.
    if (asked.length > 0) await this.#set(call, picture, asked);
    if (wrong.length === 0) return;
    throw new BellcrankError('device-failed', `its stop option names what it cannot be told: ${wrong.join(', ')}`);
  }

  /** A rebirth is shown by its birth certificate; a restart or another server, by nothing that would be sure to mean it. */
  async control(call: DeviceCall, control: Control, metric: string): Promise<Record<string, never>> {
    const { clock, presence, topic } = this.#station;
    presence.refuseIfAway();
    if (control === 'rebirth') {
      await this.#birthCertificate(call, true);
      call.confirm('confirmed', { told: 'a birth certificate' });
    } else {
      const payload = encodeCommand(clock.now(), [{ id: { name: metric }, type: 'Boolean', value: true }]);
      await call.wire.publish(topic, payload, { qos: 0 });
    }
    return {};
  }

  /** Values by property, and the reasons in place of those that are not known. */
  async read(names: readonly string[], call: DeviceCall): Promise<Readonly<Record<string, unknown>>> {
    this.#station.presence.refuseIfAway();
    const { values } = await this.#birthCertificate(call);
    const entries = names.map((name): [string, unknown] => {
      const shape = this.#station.described.byProperty.get(name);
      const value = shape === undefined ? undefined : values.get(shape.metric);
      return [name, value ?? new BellcrankError('device-failed', `its birth certificate tells no value of ${name}`)];
    });
    return Object.fromEntries(entries);
  }

  /** Its birth certificate shows what became of everything. */
  async resync(call: DeviceCall): Promise<void> {
    const station = this.#station;
    if (!station.owes || !station.asks) return;
    try {
      await this.#birthCertificate(call);
    } catch (error) {
      if (error instanceof BellcrankError && error.code === 'device-timeout') {
        station.node.distrust(`${station.name} did not answer`);
        station.away(`${station.name} does not answer the request for its birth certificate`);
      }
      throw error;
    }
  }

  /**
   * Writes, and waits until the last value told of each metric is the one asked for. Devices report by exception: what has
   * its value already is told nothing of, so its birth certificate is asked for. Out of step an alias may mean another
   * metric by now, so names are used.
   */
  async #set(call: DeviceCall, picture: Picture, asked: readonly Asked[]): Promise<ReadonlyMap<string, Value>> {
    const { aliasesHold, asks, clock, expectations, inStep, name, node, topic } = this.#station;
    const byName = !aliasesHold || this.#options.commandsByName === true;
    const metrics = asked.map(({ shape, value }) => picture.command(shape, value, byName));
    const payload = encodeCommand(clock.now(), metrics);
    const askToo = asks && (!inStep || asked.some((its) => hasAlready(picture, its)));
    const shown: Shown = new Map();
    const told = await this.#owing(call, () =>
      expectations.until(call, {
        timeoutMs: this.timeoutMs,
        late: () => `${name} ${toldInstead(asked, shown)}`,
        complete: !askToo,
        publish: async (begun) => {
          await call.wire.publish(topic, payload, { qos: 0, onBegin: () => this.#begin(picture, byName, begun) });
          if (askToo && !call.dryRun) await node.ask(call);
        },
        match: (heard) => shows(asked, heard, shown),
      }),
    );
    call.confirm('confirmed', { topic, told: JSON.stringify(Object.fromEntries(told)).slice(0, 300) });
    return told;
  }

  /** It may have been born anew while the command was put on record; then what was encoded means another thing. */
  #begin(picture: Picture, byName: boolean, begun: () => void): void {
    const { aliasesHold, picture: now } = this.#station;
    if (now !== picture || !(byName || aliasesHold)) throw this.#station.notYet();
    begun();
  }

  async #birthCertificate(call: DeviceCall, alone = false): Promise<Heard> {
    const { expectations, name, node } = this.#station;
    return await expectations.until(call, {
      timeoutMs: this.timeoutMs,
      late: () => `${name} did not tell its birth certificate`,
      publish: (onBegin) => node.ask(call, { alone, onBegin }),
      match: (heard) => (heard.kind === 'birth' ? heard : undefined),
    });
  }

  /** Until what was written has been shown, or else a birth certificate comes. */
  async #owing<T>({ dryRun }: DeviceCall, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (!dryRun) this.#station.owes = true;
      throw error;
    }
  }
}

/** Whether a configured value is one of its metric's type. */
function fits({ type }: MetricShape, value: Value): boolean {
  return validate(valueSchema(type), value).length === 0;
}

function hasAlready(picture: Picture, { shape, value }: Asked): boolean {
  const known = picture.value(shape.metric);
  return known !== undefined && sameValue(shape.type, value, known);
}

/** All of what was asked for, as of the last that was told of each. */
function shows(asked: readonly Asked[], { values }: Heard, shown: Shown): Shown | undefined {
  for (const { shape } of asked) {
    const told = values.get(shape.metric);
    if (told !== undefined) shown.set(shape.metric, told);
    else if (values.has(shape.metric)) shown.delete(shape.metric);
  }
  return asked.every((its) => isShown(its, shown)) ? shown : undefined;
}

function isShown({ shape, value }: Asked, shown: ReadonlyMap<string, Value>): boolean {
  const told = shown.get(shape.metric);
  return told !== undefined && sameValue(shape.type, value, told);
}

function toldInstead(asked: readonly Asked[], shown: ReadonlyMap<string, Value>): string {
  const others = asked.filter((its) => shown.has(its.shape.metric) && !isShown(its, shown));
  if (others.length === 0) return 'told nothing of what was written';
  const told = others.map(({ shape }) => `${shape.property} ${JSON.stringify(shown.get(shape.metric))}`);
  return `told ${told.join(', ').slice(0, 200)} and not what was written`;
}
