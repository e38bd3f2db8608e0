import { trusted } from '../../src/access/caller.ts';
import { randomBytes } from 'node:crypto';
import type { AlarmChange } from '../../src/alarms/alarm.ts';
import { Alarms } from '../../src/alarms/alarms.ts';
import type { AlarmSettings } from '../../src/alarms/rule.ts';
import { Control, type ControlParts } from '../../src/command/control.ts';
import type { LeaseEvent } from '../../src/command/leases/lease.ts';
import type { CommandRecord } from '../../src/store/record.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import type { Store } from '../../src/store/store.ts';
import { type DiscoveryEvent, DiscoveryService } from '../../src/discovery/discovery.ts';
import type { DiscoverySettings } from '../../src/discovery/settings.ts';
import { Feed } from '../../src/http/stream/feed.ts';
import type { Metrics } from '../../src/observe/metrics/index.ts';
import { Stream, type StreamParts } from '../../src/stream/index.ts';
import type { Device } from '../../src/device/device.ts';
import { defaultLimits } from '../../src/device/limits.ts';
import type { Opener } from '../../src/device/link.ts';
import { Registry } from '../../src/device/registry.ts';
import type { ParentLog } from '../../src/device/settings.ts';
import type { AnyDriver, ByteConnection } from '../../src/driver/index.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { memoryBytes } from '../../src/transport/memory.ts';

export const silentLog: ParentLog = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLog,
};

/** A memory line that can be cut, refused and served anew. */
export class MemoryLine {
  down = false;
  /** Never opens, and never says so. */
  hangs = false;
  opens = 0;
  near: ByteConnection | undefined;
  far: ByteConnection | undefined;
  readonly #serve: (far: ByteConnection) => void;
  readonly #wrap: (near: ByteConnection) => ByteConnection;

  constructor(serve: (far: ByteConnection) => void, wrap: (near: ByteConnection) => ByteConnection = (near) => near) {
    this.#serve = serve;
    this.#wrap = wrap;
  }

  /** As a network: opened anew when nobody answers. */
  set reopens(reopens: boolean) {
    Object.assign(this.opener, { reopens });
  }

  readonly opener: Opener = {
    transport: 'memory',
    shape: 'bytes',
    label: 'memory',
    simulated: true,
    open: async () => {
      if (this.hangs) await new Promise<never>(() => {});
      if (this.down) throw new Error('the line is down');
      this.opens++;
      const { near, far } = memoryBytes();
      this.near = this.#wrap(near);
      this.far = far;
      this.#serve(far);
      return this.near;
    },
  };

  async cut(): Promise<void> {
    await this.far?.close();
  }
}

export interface RigDevice {
  readonly id: string;
  readonly connection: string;
  readonly options?: unknown;
  readonly enabled?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  readonly retries?: number;
  readonly idleProbeMs?: number;
}

export interface RigSettings extends Partial<Pick<ControlParts, 'policy' | 'idempotency' | 'interlocks' | 'audit'>> {
  readonly store?: Store;
  readonly clock?: VirtualClock;
  readonly discovery?: Readonly<Record<string, DiscoverySettings>>;
  /** Of the live stream. */
  readonly kept?: Pick<StreamParts, 'maxEntries' | 'maxBytes'>;
  readonly alarms?: readonly AlarmSettings[];
  readonly maxDevices?: number;
  readonly maxCandidates?: number;
}

/** The runtime and all that decides about commands on a virtual clock, without HTTP. */
export function createRig(
  driver: AnyDriver | readonly AnyDriver[],
  lines: Record<string, { readonly opener: Opener }>,
  devices: readonly RigDevice[],
  {
    store = new MemoryStore(1000),
    clock = new VirtualClock(),
    interlocks = [],
    alarms: alarmRules = [],
    discovery: found = {},
    kept = {},
    maxDevices = 1000,
    maxCandidates = 1000,
    ...settings
  }: RigSettings = {},
) {
  const drivers = [driver].flat();
  const ended: CommandRecord[] = [];
  const logged: string[] = [];
  const causes: unknown[] = [];
  const keep = (fields: object, message: string): void => {
    logged.push(message);
    if (message === 'device stopped' && 'by' in fields && fields.by === 'interlock') causes.push(Object(fields).cause);
  };
  const log: ParentLog = { ...silentLog, info: keep, warn: keep, error: keep, child: () => log };
  const registry = new Registry({
    drivers,
    clock,
    random: () => 0.5,
    log,
    limits: defaultLimits,
    maxDevices,
    observe: (event) => {
      control.observed(event);
      alarms.observed(event);
      feed.device(event);
    },
  });
  const stream = new Stream({ clock, ...kept });
  const feed = new Feed({
    stream,
    clock,
    find: (id) => registry.find(id),
    leaseOf: (device) => control.leases.get(device),
    candidateOf: (id) => discovery.find(id),
  });
  const heard = new Set<Pick<Metrics, 'commandEnded' | 'stopped'>>();
  const observe: ControlParts['observe'] = (record, timing) => {
    ended.push({ ...record });
    for (const metrics of heard) metrics.commandEnded(record, timing);
  };
  const leaseEvents: LeaseEvent[] = [];
  const observeLease = (event: LeaseEvent): void => {
    leaseEvents.push(event);
    feed.lease(event);
  };
  const common = { registry, store, clock, log, randomBytes };
  const removing = (device: Device) => discovery.removing(device);
  const told: ControlParts['told'] = (record) => feed.command(record);
  const progress: ControlParts['progress'] = (record, its) => feed.progress(record, its);
  const control: Control = new Control({
    ...settings,
    ...common,
    interlocks,
    observe,
    observeStop: (record) => heard.forEach((metrics) => metrics.stopped(record)),
    observeLease,
    removing,
    told,
    progress,
  });
  const alarmChanges: AlarmChange[] = [];
  const alarms = new Alarms({
    rules: alarmRules,
    registry,
    notices: store.notices,
    clock,
    log,
    bounds: { keep: 100, keepMs: 30 * 86_400_000 },
    observe: (change) => void alarmChanges.push(change),
  });
  const discoveryEvents: DiscoveryEvent[] = [];
  const discovery: DiscoveryService = new DiscoveryService({
    registry,
    devices: control.devices,
    facts: store.facts,
    clock,
    log,
    settings: found,
    maxCandidates,
    observe: (event) => {
      discoveryEvents.push(event);
      feed.candidate(event);
    },
  });
  for (const [name, line] of Object.entries(lines)) registry.addConnection(name, line.opener);
  for (const { id, connection, options, enabled, labels, retries, idleProbeMs } of devices) {
    registry.add({
      id,
      connection,
      driver: drivers[0]?.model.name ?? '',
      remembered: control.models.recall({ id, driver: drivers[0]?.model.name ?? '' }),
      options: options ?? {},
      labels: labels ?? {},
      restrictions: {},
      enabled: enabled ?? true,
      managedBy: 'api',
      retries: retries ?? 0,
      ...(idleProbeMs === undefined ? {} : { idleProbeMs }),
    });
  }
  return {
    clock,
    registry,
    store,
    control,
    pipeline: control.pipeline,
    stops: control.stops,
    devices: control.devices,
    maintenance: control.maintenance,
    interlocks: control.interlocks,
    leases: control.leases,
    alarms,
    alarmChanges,
    discovery,
    discoveryEvents,
    stream,
    feed,
    leaseEvents,
    /** Hears what becomes of commands. */
    heardBy: (metrics: Pick<Metrics, 'commandEnded' | 'stopped'>) => void heard.add(metrics),
    /** Why the watch stopped something. */
    causes,
    ended,
    logged,
    device: (id: string): Device => registry.get(id),
    submit: (device: string, command: string, params: unknown = {}) =>
      control.pipeline.submit({ device, command, params, caller: trusted('test') }),
    /** Lets what is under way happen, and time with it. */
    async until(condition: () => boolean, withinMs = 20_000): Promise<void> {
      for (let waited = 0; waited <= withinMs; waited += 10) {
        if (condition()) return;
        await clock.advance(10);
      }
      throw new Error('it did not happen');
    },
    /** Advances the clock until a promise has settled. */
    async settled<T>(promise: Promise<T>, withinMs = 20_000): Promise<T> {
      let done = false;
      const watch = promise.finally(() => (done = true));
      watch.catch(() => {});
      await this.until(() => done, withinMs);
      return await promise;
    },
  };
}

/** One toy on a line of its own, ready. */
export type Rig = ReturnType<typeof createRig>;
