import { datatypeNumber } from '../../drivers/sparkplug-b/model.ts';
import type { Message } from '../../src/driver/index.ts';
import type { FarClient, WireFace } from '../simulator.ts';
import { decode, type InMetric } from './decode.ts';
import { encode, type OutMetric } from './encode.ts';
import type { EdgeBehaviour, Metric, MetricValue } from './model.ts';
import type { EdgeOptions } from './options.ts';

const rebirth = 'Node Control/Rebirth';
const reboot = 'Node Control/Reboot';

/** Face 2: the edge node at the far end of a broker, by the Sparkplug 3.0 specification. */
export class EdgeWire {
  readonly face: WireFace;
  readonly #edge: EdgeBehaviour;
  readonly #options: EdgeOptions;
  readonly #aliases = new Map<string, number>();
  readonly #stopListening: () => void;
  #client: FarClient | undefined;
  #bdSeq = 255;
  #seq = 0;
  #born = false;
  #hostOnline: boolean;
  #hostTime = -Infinity;

  constructor(edge: EdgeBehaviour, options: EdgeOptions) {
    this.#edge = edge;
    this.#options = options;
    this.#hostOnline = options.primaryHost === undefined;
    for (const device of [undefined, ...edge.devices.keys()]) {
      for (const { name } of edge.metrics(device)) this.#aliases.set(`${device ?? ''}/${name}`, this.#aliases.size + 1);
    }
    this.face = { shape: 'messages', will: () => this.#nextWill(), serve: (client) => this.#serve(client) };
    this.#stopListening = edge.listen({
      changed: (device, names) => this.#data(device, names),
      device: (device, present) => this.#deviceChanged(device, present),
      presence: (online) => (online ? this.#birth() : this.#death()),
    });
  }

  close(): void {
    this.#stopListening();
    this.#client = undefined;
  }

  /** Each MQTT session has a number of its own, which its last will carries (§6.4.21). */
  #nextWill() {
    this.#bdSeq = (this.#bdSeq + 1) % 256;
    return { topic: this.#topic('NDEATH'), payload: this.#deathPayload(), retain: false, qos: 1 } as const;
  }

  #deathPayload(): Uint8Array {
    return encode({ timestamp: this.#edge.time, metrics: [this.#bdSeqMetric()] });
  }

  #bdSeqMetric(): OutMetric {
    return { name: 'bdSeq', timestamp: this.#edge.time, datatype: datatypeNumber('Int64'), value: this.#bdSeq };
  }

  #serve(client: FarClient): void {
    this.#client = client;
    this.#born = false;
    const { group, node, primaryHost } = this.#options;
    const own = (message: Message): void => {
      if (this.#client === client) this.#command(message);
    };
    client.subscribe(`spBv1.0/${group}/NCMD/${node}`, own);
    client.subscribe(`spBv1.0/${group}/DCMD/${node}/+`, own);
    if (primaryHost !== undefined) {
      this.#hostOnline = false;
      this.#hostTime = -Infinity;
      client.subscribe(`spBv1.0/STATE/${primaryHost}`, (message) => {
        if (this.#client === client) this.#hostState(message);
      });
    }
    this.#birth();
  }

  /** §5.4: online only while its primary host is; of two states the one with the greater timestamp counts. */
  #hostState({ payload }: Message): void {
    const state = stateOf(payload);
    if (state === undefined || state.timestamp < this.#hostTime) return;
    this.#hostTime = state.timestamp;
    if (state.online === this.#hostOnline) return;
    this.#hostOnline = state.online;
    if (state.online) this.#birth();
    else this.#death();
  }

  #birth(): void {
    if (!this.#edge.online || !this.#hostOnline || this.#client === undefined) return;
    this.#born = true;
    this.#seq = 0;
    this.#say('NBIRTH', undefined, [this.#bdSeqMetric(), ...this.#announced(undefined)]);
    for (const device of this.#edge.devices.keys()) if (this.#edge.isPresent(device)) this.#deviceBirth(device);
  }

  #deviceBirth(device: string): void {
    this.#say('DBIRTH', device, this.#announced(device));
  }

  /** The broker says it when the connection is cut; the node itself when it leaves on purpose. */
  #death(): void {
    if (!this.#born) return;
    this.#born = false;
    this.#client?.publish(this.#topic('NDEATH'), this.#deathPayload());
  }

  #deviceChanged(device: string, present: boolean): void {
    if (!this.#born) return;
    if (present) this.#deviceBirth(device);
    else this.#say('DDEATH', device, []);
  }

  #announced(device: string | undefined): OutMetric[] {
    return this.#edge.metrics(device).map((metric) => {
      const { unit, low, high, readOnly } = metric;
      const properties = {
        ...(unit !== undefined && { engUnit: unit }),
        ...(low !== undefined && { engLow: low }),
        ...(high !== undefined && { engHigh: high }),
        ...(readOnly === true && { readOnly }),
      };
      return {
        name: metric.name,
        ...this.#alias(device, metric.name),
        ...this.#current(metric),
        ...(Object.keys(properties).length > 0 && { properties }),
      };
    });
  }

  /** Rebirth never has one (§6.4.19): whoever asks has not heard of it. */
  #alias(device: string | undefined, name: string): { alias?: number } {
    const alias = this.#aliases.get(`${device ?? ''}/${name}`);
    return alias === undefined || !this.#options.aliases || name === rebirth ? {} : { alias };
  }

  #current({ type, value }: Metric): OutMetric {
    const timestamp = this.#edge.time;
    const told = type === 'DateTime' && typeof value === 'string' ? Date.parse(value) : value;
    return { timestamp, datatype: datatypeNumber(type), value: told };
  }

  #data(device: string | undefined, names: readonly string[]): void {
    if (!this.#born || (device !== undefined && !this.#edge.isPresent(device))) return;
    const strange = this.#edge.faults.unknownAlias;
    this.#edge.faults.unknownAlias = false;
    const metrics = this.#edge.metrics(device).filter(({ name }) => names.includes(name));
    this.#say(
      device === undefined ? 'NDATA' : 'DDATA',
      device,
      metrics.map((metric) => {
        const { alias } = this.#alias(device, metric.name);
        const id = alias === undefined ? { name: metric.name } : { alias: strange ? alias + 1000 : alias };
        return { ...id, ...this.#current(metric) };
      }),
    );
  }

  /** A data message of a device whose birth certificate nobody has heard. */
  strayData(device: string): void {
    this.#say('DDATA', device, [
      { name: 'Stray', timestamp: this.#edge.time, datatype: datatypeNumber('Int32'), value: 1 },
    ]);
  }

  #say(type: string, device: string | undefined, metrics: readonly OutMetric[]): void {
    const { faults } = this.#edge;
    if (faults.skipSeq) this.#seq = (this.#seq + 1) % 256;
    faults.skipSeq = false;
    const payload = encode({ timestamp: this.#edge.time, metrics, seq: this.#seq });
    this.#seq = (this.#seq + 1) % 256;
    const half = type.endsWith('BIRTH') && faults.halfBirths > 0;
    if (half) faults.halfBirths--;
    this.#client?.publish(this.#topic(type, device), half ? payload.subarray(0, payload.length / 2) : payload);
  }

  #topic(type: string, device?: string): string {
    const { group, node } = this.#options;
    return ['spBv1.0', group, type, node, ...(device === undefined ? [] : [device])].join('/');
  }

  /** Commands carry a timestamp and no sequence number (§6.4.26); what is no such command is ignored. */
  #command({ topic, payload }: Message): void {
    const command = decode(payload);
    if (command === undefined || command.hasSeq || !command.hasTimestamp || !this.#edge.online || !this.#born) return;
    const device = topic.split('/')[4];
    const values = new Map<string, MetricValue>();
    for (const metric of command.metrics) {
      const its = this.#find(device, metric);
      if (its !== undefined && metric.value !== undefined) values.set(its.name, valueOf(its, metric.value));
    }
    if (device === undefined && values.get(reboot) === true) return this.#edge.reboot();
    if (device === undefined && values.get(rebirth) === true) return this.#birth();
    this.#edge.write(device, values);
  }

  /** By alias if there is one, else by name. */
  #find(device: string | undefined, { name, alias }: InMetric): Metric | undefined {
    const all = this.#edge.metrics(device);
    if (alias === undefined) return all.find((metric) => metric.name === name);
    if (!this.#options.aliases) return undefined;
    return all.find((metric) => this.#aliases.get(`${device ?? ''}/${metric.name}`) === alias);
  }
}

function valueOf({ type }: Metric, value: NonNullable<InMetric['value']>): MetricValue {
  if (type === 'DateTime') return new Date(Number(value)).toISOString();
  return typeof value === 'bigint' ? Number(value) : value;
}

function stateOf(payload: Uint8Array): { online: boolean; timestamp: number } | undefined {
  try {
    const state: unknown = JSON.parse(Buffer.from(payload).toString());
    if (typeof state !== 'object' || state === null || !('online' in state) || !('timestamp' in state))
      return undefined;
    const { online, timestamp } = state;
    return typeof online === 'boolean' && typeof timestamp === 'number' ? { online, timestamp } : undefined;
  } catch {
    return undefined;
  }
}
