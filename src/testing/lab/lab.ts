import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import type { App } from '../../app.ts';
import { messageOf } from '../../errors.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { LabDevice } from './device.ts';
import { LabLog } from './log.ts';
import { type AppOf, loadParts } from './parts.ts';
import type { LabSpec } from './spec.ts';
import { LabWire } from './wire.ts';
import { LabWires } from './wires.ts';

/** Longest that a lab waits for something, by its clock. */
const limitMs = 600_000;
/** Longest that a device may take to be ready at the start. */
const readyMs = 60_000;
/** How far time goes between two looks at something that is waited for. */
const lookMs = 10;

/** The whole service on wires in memory and a clock of its own. */
export class Lab implements AsyncDisposable {
  readonly clock: VirtualClock;
  /** Fixes every random choice in it. */
  readonly seed: number;
  readonly log: LabLog;
  /** Requests to the service, without a port. Time passes until it has answered. */
  readonly http: { inject(request: InjectOptions | string): Promise<LightMyRequestResponse> };
  readonly #app: App;
  readonly #wires: LabWires;
  readonly #devices = new Map<string, LabDevice>();
  readonly #ofConnection = new Map<string, LabWire>();
  #closing: Promise<void> | undefined;

  constructor(app: App, wires: LabWires, parts: { clock: VirtualClock; seed: number; log: LabLog }) {
    this.#app = app;
    this.#wires = wires;
    this.clock = parts.clock;
    this.seed = parts.seed;
    this.log = parts.log;
    this.http = { inject: (request) => this.settled(app.http.inject(request)) };
  }

  /** A device by its id. */
  device(id: string): LabDevice {
    const known = this.#devices.get(id) ?? this.#deviceOf(id);
    this.#devices.set(id, known);
    return known;
  }

  /** Listens on a free port of the loopback interface; the clock moves only when it is told to all the same. */
  async listen(): Promise<{ readonly url: string }> {
    return await this.#app.listen();
  }

  /** Lets time pass until a promise has settled. */
  async settled<T>(promise: Promise<T>): Promise<T> {
    try {
      return await this.clock.settled(promise, limitMs);
    } catch (error) {
      if (error instanceof Error && !error.message.includes('lab seed')) error.message += ` (lab seed ${this.seed})`;
      throw error;
    }
  }

  /** Lets time pass until something is so. */
  async until(
    condition: () => boolean,
    what: () => string = () => 'it did not happen',
    withinMs = limitMs,
  ): Promise<void> {
    const until = this.clock.monotonic() + withinMs;
    while (this.clock.monotonic() <= until) {
      if (condition()) return;
      await this.clock.advance(Math.min(lookMs, this.clock.nextInMs ?? lookMs));
    }
    throw new Error(`${what()} (after ${withinMs} ms of the clock; lab seed ${this.seed})`);
  }

  /** Ends everything. Fails with what was expected on a wire and never came. */
  async close(): Promise<void> {
    this.#closing ??= this.settled(this.#app.close());
    await this.#closing;
    for (const wire of this.#ofConnection.values()) wire.done();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #deviceOf(id: string): LabDevice {
    const { connectionName } = this.#app.registry.get(id);
    const connection = this.#wires.connections.get(connectionName);
    if (connection === undefined) throw new Error(`device ${id} is on no wire of the lab's`);
    const wire = this.#ofConnection.get(connectionName) ?? new LabWire(connection.tap);
    this.#ofConnection.set(connectionName, wire);
    const { controls } = connection;
    const settled = <T>(promise: Promise<T>): Promise<T> => this.settled(promise);
    return new LabDevice({
      id,
      app: this.#app,
      wire,
      controls,
      settled,
      until: (condition, what, withinMs) => this.until(condition, what, withinMs),
    });
  }
}

/**
 * Starts the whole service with simulated devices, in memory and on a virtual clock: no port, no file, no moment of real
 * waiting. Resolves when every enabled device is ready. Throws what is wrong with the specification.
 */
export async function createLab(spec: LabSpec): Promise<Lab> {
  const { clock = new VirtualClock(), seed = 1 } = spec;
  const log = new LabLog();
  const parts = await loadParts(spec, seed);
  const scripts = new Map(
    Object.entries(spec.devices).flatMap(([id, { wire }]) => (wire ? [[id, wire] as const] : [])),
  );
  const wires = new LabWires({ ...parts, clock, scripts });
  const app = await appOf(parts, wires, { clock, log });
  const lab = new Lab(app, wires, { clock, seed, log });
  try {
    await lab.settled(app.open());
    // All of them, so that each wire is watched from the beginning.
    const devices = Object.keys(spec.devices).map((id) => lab.device(id));
    if (spec.ready !== false) {
      for (const device of devices)
        if (spec.devices[device.id]?.enabled !== false) await device.until('ready', readyMs);
    }
    return lab;
  } catch (error) {
    await lab.close().catch(() => {});
    throw new Error(`the lab did not start (seed ${seed}): ${messageOf(error)}`, { cause: error });
  }
}

async function appOf(
  parts: AppOf,
  wires: LabWires,
  { clock, log }: { clock: VirtualClock; log: LabLog },
): Promise<App> {
  const { createApp, config, drivers, store, random, randomBytes } = parts;
  const its = { config, drivers, store, random, randomBytes, clock, log, version: 'lab' };
  return await createApp({ ...its, transports: [], simulate: wires.simulate });
}
