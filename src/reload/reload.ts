import type { AuditSink } from '../audit/sink.ts';
import type { Alarms } from '../alarms/alarms.ts';
import { type Clock, timeoutSignal } from '../clock.ts';
import type { Control } from '../command/control.ts';
import { Serial } from '../command/serial.ts';
import type { Config, ConfigProblem } from '../config/index.ts';
import type { PreparedExchange, Registry } from '../device/registry.ts';
import type { NewDevice } from '../device/settings.ts';
import type { DiscoveryService } from '../discovery/discovery.ts';
import type { AnyDriver, Log } from '../driver/contract.ts';
import { BellcrankError, messageOf } from '../errors.ts';
import type { NorthboundService } from '../northbound/index.ts';
import type { Openers, PreparedOpeners } from '../openers.ts';
import type { Simulators } from '../simulation/simulators.ts';
import type { Transport } from '../transport/transport.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';
import { badConfig } from './bad-config.ts';
import { exchangeOf, movedDevices, sketchOf } from './exchange.ts';
import { adjustmentOf } from './new-device.ts';
import { type Plan, planOf } from './plan.ts';
import { type ReloadReport, reportOf } from './report.ts';

/** The configuration as its file says it now, checked whole. */
export type Loaded =
  | {
      readonly ok: true;
      readonly config: Config;
      /** All that it may name. */
      readonly drivers: readonly AnyDriver[];
      /** What is other in files that it names, and is not taken. */
      readonly restartNeeded?: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** A part of the service that takes its part of another configuration. */
export interface Reloadable {
  /** What could not be taken is told by it. */
  readonly name: string;
  /** Sections, or `section.key`s, that need no restart because of it. */
  readonly keys: readonly string[];
  /** Called at each reload, also where nothing of its own has changed: files that are named may have. */
  apply(after: Config, before: Config): void | Promise<void> | undefined;
}

/** What is there once the service is open. */
export interface Opened {
  readonly openers: Openers;
  readonly northbound: NorthboundService;
}

export interface ReloadParts {
  /** What is configured now; replaced when another configuration is taken. */
  readonly state: { config: Config };
  readonly load: ((signal: AbortSignal) => Promise<Loaded>) | undefined;
  readonly opened: Promise<Opened>;
  readonly registry: Registry;
  readonly control: Control;
  readonly discovery: DiscoveryService;
  readonly alarms: Alarms;
  readonly webhooks: Webhooks;
  readonly simulators: Simulators;
  readonly transports: readonly Transport[];
  readonly audit: AuditSink;
  readonly clock: Clock;
  readonly log: Log;
}

/** Who asks for a reload, and from where. */
export interface Asker {
  readonly by: string;
  readonly from?: string | undefined;
}

/** How long the file and what it names may take to be read. */
const loadTimeoutMs = 10_000;
/** Reloads that may wait for another one. */
const maxPending = 4;

/** What is taken without a restart, beside devices and connections and what others bring. */
const ownKeys = ['interlocks', 'alarms', 'webhooks', 'northbound', 'discovery', 'drivers'];

/** Takes another configuration while the service runs, and touches nothing but what is other in it. */
export class ConfigReload {
  readonly #parts: ReloadParts;
  readonly #started: Config;
  readonly #reloadables: Reloadable[] = [];
  readonly #turns = new Serial(() => {});
  #closed = false;

  constructor(parts: ReloadParts) {
    this.#parts = parts;
    this.#started = parts.state.config;
  }

  /** Has a part told of every reload, after devices have been dealt with. */
  onReload(reloadable: Reloadable): void {
    this.#reloadables.push(reloadable);
  }

  /**
   * Reads the file again and takes it, one reload at a time. Rejects with what is wrong in it, or stands in its way: then
   * nothing has changed. With `dryRun` nothing changes in any case.
   */
  async reload({ by, from }: Asker, dryRun = false): Promise<ReloadReport> {
    if (this.#turns.pending >= maxPending) {
      throw new BellcrankError('overloaded', 'other reloads wait already; try again later', { retryAfterMs: 1000 });
    }
    return await this.#turns.run(async () => {
      try {
        const report = await this.#reload(dryRun);
        if (!dryRun) this.#took(report, { by, from });
        return report;
      } catch (error) {
        if (!dryRun) this.#refused(error, { by, from });
        throw error;
      }
    });
  }

  /** Takes nothing more. */
  close(): void {
    this.#closed = true;
  }

  async #reload(dryRun: boolean): Promise<ReloadReport> {
    const opened = await this.#parts.opened;
    const { config: after, drivers, restartNeeded = [] } = await this.#load();
    const { state, registry } = this.#parts;
    const before = state.config;
    const live = new Set([...ownKeys, ...this.#reloadables.flatMap(({ keys }) => keys)]);
    const plan = await planOf(before, after, this.#started, live);
    const moved = movedDevices(registry, plan, after).map(({ id, simulated }) => ({ id, simulated }));
    const report = reportOf(plan, { before, after, moved });
    const whole = { ...report, dryRun, restartNeeded: [...report.restartNeeded, ...restartNeeded] };
    this.#check(plan, after, drivers);
    if (dryRun) return { ...whole, problems: [] };
    return { ...whole, problems: await this.#take(plan, { before, after, drivers }, opened) };
  }

  async #load(): Promise<Extract<Loaded, { ok: true }>> {
    const { load, clock } = this.#parts;
    if (load === undefined) throw new BellcrankError('invalid-request', 'the service was not started from a file');
    using timeout = timeoutSignal(clock, loadTimeoutMs);
    const loaded = await load(timeout.signal);
    if (!loaded.ok) throw badConfig(loaded.problems);
    this.#assertGoesOn();
    return loaded;
  }

  #assertGoesOn(): void {
    if (this.#closed) throw new BellcrankError('shutting-down', 'the service is shutting down');
  }

  /** Throws what would keep the plan from being carried out, before any simulator of it runs. */
  #check(plan: Plan, after: Config, drivers: readonly AnyDriver[]): void {
    const { transports } = this.#parts;
    const sketches = Object.entries(openedBy(plan, after)).map(([name, connection]) => {
      return [name, sketchOf(name, connection, after, drivers, transports)] as const;
    });
    this.#prepare(plan, after, drivers, new Map(sketches));
  }

  #prepare(
    plan: Plan,
    after: Config,
    drivers: readonly AnyDriver[],
    openers: PreparedOpeners['openers'],
  ): PreparedExchange {
    const { registry, control } = this.#parts;
    const withRecord = (settings: NewDevice): NewDevice => ({
      ...settings,
      remembered: control.models.recall(settings),
    });
    return registry.prepare(exchangeOf(plan, { registry, after, drivers, openers, withRecord }));
  }

  /** Resolves with what could not be taken. */
  async #take(plan: Plan, { before, after, drivers }: Change, { openers, northbound }: Opened): Promise<string[]> {
    const { webhooks } = this.#parts;
    const prepared = await openers.prepare(openedBy(plan, after));
    const moved = new Set([...plan.connections.changed, ...plan.connections.removed]);
    const { gone, endSimulators, listening } = await this.#switch(
      plan,
      { before, after, drivers },
      openers,
      prepared,
      moved,
    );
    await Promise.all([gone, listening.ended]);
    await endSimulators();
    listening.listen();
    const problems: string[] = [];
    const attempt = async (what: string, take: () => void | Promise<void> | undefined): Promise<void> => {
      try {
        await take();
      } catch (error) {
        problems.push(`${what}: ${messageOf(error)}`);
      }
    };
    await attempt('webhooks', () => webhooks.configure(after.webhooks));
    await attempt('northbound', () => northbound.configure(after.northbound, moved));
    for (const each of this.#reloadables) await attempt(each.name, () => each.apply(after, before));
    return problems;
  }

  /**
   * In one turn of the event loop: whoever is let in before it meets the rules, limits and devices of before, and
   * whoever comes after it those of the new configuration.
   */
  async #switch(
    plan: Plan,
    { after, drivers }: Change,
    openers: Openers,
    prepared: PreparedOpeners,
    moved: ReadonlySet<string>,
  ) {
    const { registry, control, discovery, alarms, simulators, state } = this.#parts;
    try {
      // To compare ten thousand devices, or to open what is new, takes a while.
      this.#assertGoesOn();
      const exchange = this.#prepare(plan, after, drivers, prepared.openers);
      control.guard(after.interlocks);
      for (const { id, what } of plan.devices.changed.filter(({ attachedAnew }) => !attachedAnew)) {
        const config = after.devices[id];
        if (config !== undefined) registry.find(id)?.adjust(adjustmentOf(config, what));
      }
      const endSimulators = prepared.take(plan.connections.removed);
      simulators.begin(openers.controls);
      const listening = discovery.configure(after.discovery, moved);
      state.config = after;
      const gone = exchange.commit(otherConfiguration());
      for (const id of plan.devices.removed) control.leases.forget(id);
      alarms.configure(after.alarms);
      return { gone, endSimulators, listening };
    } catch (error) {
      await prepared.abandon();
      throw error;
    }
  }

  #took(report: ReloadReport, asker: Asker): void {
    const { audit, log } = this.#parts;
    const { devices, connections, sections, restartNeeded, problems } = report;
    const fields = {
      by: asker.by,
      devices: namesOf(devices),
      connections,
      sections,
      restartNeeded,
      ...(problems.length > 0 && { problems }),
    };
    if (problems.length > 0) log.error(fields, 'the configuration is taken, but not all of it');
    else log.info(fields, report.changed ? 'the configuration is taken' : 'the configuration is as it was');
    audit.add({ what: 'configReloaded', ...asker, from: asker.from, params: fields, outcome: 'done' });
  }

  #refused(error: unknown, asker: Asker): void {
    const { audit, log } = this.#parts;
    const { errors = [], code } = error instanceof BellcrankError ? error : { code: 'internal' };
    const told = errors.slice(0, 20).map(({ source, line, column, pointer, detail }) => {
      const place = source === undefined ? '' : `${source}:${line === undefined ? '' : `${line}:${column ?? 1}:`} `;
      return `${place}${pointer} ${detail}`;
    });
    log.error(
      { by: asker.by, error: messageOf(error), problems: told },
      'the configuration is not taken; nothing has changed',
    );
    audit.add({
      what: 'configReloaded',
      ...asker,
      from: asker.from,
      outcome: 'refused',
      code,
      detail: messageOf(error),
    });
  }
}

/** From one configuration to another. */
interface Change {
  readonly before: Config;
  readonly after: Config;
  readonly drivers: readonly AnyDriver[];
}

/** Connections that there were not, or that lead elsewhere now. */
function openedBy({ connections: { added, changed } }: Plan, { connections }: Config): Config['connections'] {
  const names = new Set([...added, ...changed]);
  return Object.fromEntries(Object.entries(connections).filter(([name]) => names.has(name)));
}

function namesOf({ added, removed, changed }: ReloadReport['devices']) {
  const ids = (refs: readonly { readonly id: string }[]): string[] => refs.map(({ id }) => id);
  return { added: ids(added), removed: ids(removed), changed: ids(changed) };
}

function otherConfiguration(): BellcrankError {
  const text = 'the device was removed or changed in the configuration';
  return new BellcrankError('device-offline', text, { reason: 'offline' });
}
