import { randomBytes } from 'node:crypto';
import type { LeaseEvent } from '../../src/command/leases/lease.ts';
import { Leases } from '../../src/command/leases/leases.ts';
import { Pipeline } from '../../src/command/pipeline.ts';
import type { CommandRecord } from '../../src/store/record.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import type { Device } from '../../src/device/device.ts';
import { defaultLimits } from '../../src/device/limits.ts';
import type { Opener } from '../../src/device/link.ts';
import { type ParentLog, Registry } from '../../src/device/registry.ts';
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
}

/** The runtime and the pipeline on a virtual clock, without HTTP. */
export function createRig(driver: AnyDriver, lines: Record<string, MemoryLine>, devices: readonly RigDevice[]) {
  const clock = new VirtualClock();
  const ended: CommandRecord[] = [];
  const logged: string[] = [];
  const keep = (_: object, message: string): void => void logged.push(message);
  const log: ParentLog = { ...silentLog, info: keep, warn: keep, error: keep, child: () => log };
  const registry = new Registry({
    drivers: [driver],
    clock,
    random: () => 0.5,
    log,
    limits: defaultLimits,
    maxDevices: 1000,
    observe: () => {},
  });
  const store = new MemoryStore(1000);
  const pipeline = new Pipeline({
    registry,
    store,
    clock,
    log,
    observe: (record) => void ended.push({ ...record }),
  });
  const leaseEvents: LeaseEvent[] = [];
  const leases = new Leases({
    facts: store.facts,
    clock,
    randomBytes,
    stop: (device) => void registry.get(device).stop('lease'),
    observe: (event) => void leaseEvents.push(event),
  });
  for (const [name, line] of Object.entries(lines)) registry.addConnection(name, line.opener);
  for (const { id, connection, options, enabled } of devices) {
    registry.add({
      id,
      connection,
      driver: driver.model.name,
      options: options ?? {},
      labels: {},
      restrictions: {},
      enabled: enabled ?? true,
      managedBy: 'api',
    });
  }
  return {
    clock,
    registry,
    store,
    pipeline,
    leases,
    leaseEvents,
    ended,
    logged,
    device: (id: string): Device => registry.get(id),
    submit: (device: string, command: string, params: unknown = {}) =>
      pipeline.submit({ device, command, params, by: 'test' }),
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
