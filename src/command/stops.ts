import { type AuditSink, noAudit } from '../audit/sink.ts';
import type { Clock } from '../clock.ts';
import type { Device } from '../device/device.ts';
import type { Registry } from '../device/registry.ts';
import type { Stopped } from '../device/stopping.ts';
import type { Log } from '../driver/contract.ts';
import { BellcrankError, messageOf } from '../errors.ts';
import type { CommandRecord } from '../store/record.ts';
import type { FactStore } from '../store/store.ts';
import { commandError } from './ending.ts';
import type { Journal } from './journal.ts';
import { judge } from './outcome.ts';
import type { OrderedIds } from '../ordered-ids.ts';
import { Serial } from './serial.ts';
import { simulatedFlag } from './simulated-flag.ts';

/** Longest that an answer waits for the record of a stop: it is told all the same. */
const recordGraceMs = 500;

/** The fact that everything is stopped, devices that are added later included. */
const allKey = 'latch-all:';

export interface StopsParts {
  readonly registry: Registry;
  readonly journal: Journal;
  readonly ids: OrderedIds;
  readonly clock: Clock;
  readonly log: Log;
  readonly audit?: AuditSink | undefined;
  /** Hears of every stop, once it is known what became of it. Must not throw. */
  readonly observe?: ((record: CommandRecord) => void) | undefined;
}

/** Who stops, and why: a client, a dead-man lease, an interlock. */
export interface StopCause {
  readonly by: string;
  readonly cause?: string;
  /** The address that the client came from. */
  readonly from?: string | undefined;
}

interface Begun {
  readonly id: string;
  readonly startedAt: number;
}

/** What became of a stop, and whether that is on record yet. */
export interface StopReport {
  readonly record: CommandRecord;
  readonly recorded: boolean;
}

/**
 * Stops: sent first and recorded afterwards, so that no journal stands in their way. The latch is a fact and outlives
 * the process; it is released only once its end is on record.
 */
export class Stops {
  readonly #parts: StopsParts;
  /** Latches set so far, and which of them each was, so that a release knows what came after it was asked for. */
  #latches = 0;
  readonly #numbers = new Map<string, number>();
  /** One after the other: what one has taken from memory, and not from the record yet, may come back. */
  readonly #releases = new Serial(() => {});

  constructor(parts: StopsParts) {
    this.#parts = parts;
    parts.registry.latches((id) => this.latchOf(id));
  }

  /** Stops every session that an id has, and tells of one that was sent it. Throws `device-not-found`. */
  async stop(id: string, why: StopCause): Promise<StopReport> {
    const sessions = this.#parts.registry.toStop(id).map((device) => this.#stop(device, why));
    this.#latch(`latch:${id}`, why);
    const reports = await Promise.all(sessions);
    const report = reports.find(({ record }) => record.outcome !== 'not-sent') ?? reports[0];
    if (report === undefined) throw new Error('an id that can be stopped has a session');
    return report;
  }

  /** For a device that is not there yet: it starts stopped. */
  latch(id: string, why: StopCause): void {
    this.#latch(`latch:${id}`, why);
  }

  async stopAll(why: StopCause): Promise<readonly StopReport[]> {
    const devices = this.#parts.registry.sessions;
    const sessions = devices.map((device) => this.#stop(device, why));
    this.#latch(allKey, why);
    for (const device of devices) this.#latch(`latch:${device.id}`, why);
    return await Promise.all(sessions);
  }

  /** Stops those of which `isMeant` says yes, and nothing that is added later; undefined where that are none. */
  async stopThose(isMeant: (device: Device) => boolean, why: StopCause): Promise<readonly StopReport[] | undefined> {
    const { registry } = this.#parts;
    const there = registry.sessions.filter(isMeant);
    const sessions = there.map((device) => this.#stop(device, why));
    // Nothing can be sent to these yet, so the others come first.
    const coming = registry.complete().filter(isMeant);
    sessions.push(...coming.map((device) => this.#stop(device, why)));
    const devices = [...there, ...coming];
    for (const device of devices) this.#latch(`latch:${device.id}`, why);
    return devices.length === 0 ? undefined : await Promise.all(sessions);
  }

  /** Rejects with `journal-unavailable` and stays latched if the release cannot be put on record. */
  async release(id: string, by: string): Promise<void> {
    const { registry, log } = this.#parts;
    const asked = this.#latches;
    registry.get(id);
    await this.#releases.run(async () => {
      const key = `latch:${id}`;
      if (this.#isNewer(key, asked)) throw stoppedAnew();
      await this.#except(id);
      if (this.#isNewer(key, asked)) throw stoppedAnew();
      await this.#forget(key);
      // A stop that came while the release was being recorded stands.
      if (this.#facts.get(key) !== undefined) throw stoppedAnew();
      const device = registry.get(id);
      device.release();
      log.warn({ device: id, ...simulatedFlag(device), by }, 'stop released');
    });
  }

  async releaseAll(by: string): Promise<void> {
    const { registry, log } = this.#parts;
    const asked = this.#latches;
    await this.#releases.run(async () => {
      if (this.#isNewer(allKey, asked)) throw stoppedAnew();
      const keys = this.#facts.keys('latch:').filter((key) => !this.#isNewer(key, asked));
      await this.#forgetAll([allKey, ...keys]);
      if (this.#facts.get(allKey) !== undefined) throw stoppedAnew();
      const isReleased = ({ id }: Device): boolean => this.#facts.get(`latch:${id}`) === undefined;
      for (const device of registry.devices.filter(isReleased)) device.release();
      if (this.#facts.keys('latch:').length > 0) throw stoppedAnew();
      log.warn({ by }, 'every stop released');
    });
  }

  /** Who stopped a device and why, if it is stopped; one that is added now starts so. */
  latchOf(id: string): string | undefined {
    const own = this.#facts.get(`latch:${id}`);
    if (own !== undefined) return textOf(own);
    const all = this.#facts.get(allKey);
    return all === undefined || exceptions(all).includes(id) ? undefined : textOf(all);
  }

  /** Takes up the latches of the process before; devices that are there already are stopped. */
  restore(): void {
    const { registry } = this.#parts;
    for (const device of registry.devices) {
      const latch = this.latchOf(device.id);
      if (latch === undefined || device.latched) continue;
      void this.#stop(device, { by: 'bellcrank', cause: `it had been stopped by ${latch}` });
    }
  }

  /** A device is gone for good: another one of its id is stopped with everything else. */
  gone(id: string): void {
    const all = this.#facts.get(allKey);
    const except = exceptions(all);
    if (!except.includes(id)) return;
    const rest = { ...Object(all), except: except.filter((each) => each !== id) };
    this.#facts.set(allKey, rest).catch((error: unknown) => {
      this.#parts.log.error(
        { latch: allKey, error: messageOf(error) },
        'a latch is not on record; it holds as long as the process',
      );
    });
  }

  /**
   * The process before may have been killed before it had put on record that one of its devices is gone. Called once those that
   * come back can be found.
   */
  sweep(isKnown: (device: string) => boolean): void {
    for (const id of exceptions(this.#facts.get(allKey))) if (!isKnown(id)) this.gone(id);
  }

  /** For a service that ends: makes devices safe without latching them for the next one. */
  async endWith(devices: readonly Device[]): Promise<void> {
    await Promise.all(devices.map((device) => this.#stop(device, { by: 'bellcrank', cause: 'the service ends' })));
  }

  /** Puts on record that a latched device was stopped when it came back. */
  returned(device: Device, stopped: Stopped): void {
    const { clock, ids } = this.#parts;
    const cause = `it came back, and had been stopped by ${device.latchedBy ?? 'somebody'}`;
    const why = { by: 'bellcrank', cause };
    void this.#put(this.#recordOf(device, stopped, { id: ids.next(clock.now()), startedAt: clock.now(), ...why }));
  }

  /** One that was released by itself is not stopped again by a restart. */
  async #except(id: string): Promise<void> {
    const all = this.#facts.get(allKey);
    if (all === undefined) return;
    await this.#write(allKey, { ...Object(all), except: [...new Set([...exceptions(all), id])] });
  }

  #isNewer(key: string, asked: number): boolean {
    return this.#facts.get(key) !== undefined && (this.#numbers.get(key) ?? 0) > asked;
  }

  get #facts(): FactStore {
    return this.#parts.journal.store.facts;
  }

  async #stop(device: Device, why: StopCause): Promise<StopReport> {
    const { ids, clock, log, audit = noAudit } = this.#parts;
    const startedAt = clock.now();
    const id = ids.next(startedAt);
    const record = this.#recordOf(device, await device.stop(id, textOf(why)), { id, startedAt, ...why });
    const { outcome, error } = record;
    const fields = { device: device.id, ...simulatedFlag(device), command: id, outcome, ...why };
    log.warn({ ...fields, ...(error && { code: error.code }) }, 'device stopped');
    const about = { by: why.by, from: why.from, device: device.id, ...simulatedFlag(device), id, detail: why.cause };
    audit.add({ ...about, what: 'stopped', outcome, code: error?.code });
    return { record, recorded: await this.#within(this.#put(record)) };
  }

  #recordOf(device: Device, { invoked, error }: Stopped, stop: StopCause & Begun): CommandRecord {
    const { clock } = this.#parts;
    const { id, by, cause, startedAt } = stop;
    const spec = device.model.stop;
    const declared = spec?.confirmation ?? 'sent';
    const verdict =
      invoked === undefined
        ? { outcome: 'not-sent' as const, reason: error?.reason ?? ('fault' as const), ...(error && { error }) }
        : judge({ effect: 'idempotent', declared, invoked });
    return {
      id,
      device: device.id,
      command: 'stop',
      params: cause === undefined ? {} : { cause },
      by,
      simulated: device.simulated,
      declared,
      submittedAt: startedAt,
      state: 'ended',
      outcome: verdict.outcome,
      ...('reason' in verdict && verdict.reason !== undefined ? { reason: verdict.reason } : {}),
      ...(verdict.error === undefined ? {} : { error: commandError(verdict.error) }),
      ...(invoked?.level === undefined ? {} : { confirmation: invoked.level }),
      ...(invoked?.evidence === undefined ? {} : { evidence: invoked.evidence }),
      ...(invoked?.left === true ? { sentAt: startedAt } : {}),
      endedAt: clock.now(),
    };
  }

  /** True once it is on record. */
  async #put(record: CommandRecord): Promise<boolean> {
    const { journal, log, observe } = this.#parts;
    observe?.(record);
    try {
      await journal.putAsIs(record);
      return true;
    } catch (error) {
      log.error(
        { device: record.device, ...simulatedFlag(record), error: messageOf(error) },
        'a stop is not on record',
      );
      return false;
    }
  }

  async #within(put: Promise<boolean>): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = this.#parts.clock.timer(recordGraceMs, () => resolve(false));
    void put.then(resolve);
    return await promise.finally(() => timer.cancel());
  }

  /** In memory at once; on record as soon as that is possible. */
  #latch(key: string, { by, cause }: StopCause): void {
    const { clock, log } = this.#parts;
    const fact = { at: clock.now(), by, ...(cause === undefined ? {} : { cause }) };
    this.#numbers.set(key, ++this.#latches);
    this.#facts.set(key, fact).catch((error: unknown) => {
      log.error({ latch: key, error: messageOf(error) }, 'a latch is not on record; it holds as long as the process');
    });
  }

  async #forget(key: string): Promise<void> {
    const isKnown = this.#facts.get(key) !== undefined;
    // Before the store is open nobody knows whether there is a latch.
    const refusal = isKnown ? undefined : this.#parts.journal.refusal();
    if (refusal !== undefined) throw refusal;
    if (!isKnown) return;
    await this.#write(key, undefined);
    if (this.#facts.get(key) === undefined) this.#numbers.delete(key);
  }

  /** All of them, or none. */
  async #forgetAll(keys: readonly string[]): Promise<void> {
    const before = keys.map((key) => [key, this.#facts.get(key)] as const);
    const results = await Promise.allSettled(keys.map((key) => this.#forget(key)));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed === undefined) return;
    await Promise.all(before.map(([key, latch]) => this.#putBack(key, undefined, latch)));
    // Whoever came while there was no latch is stopped like the others.
    this.restore();
    throw failed.reason;
  }

  /** Changes a latch. What cannot be put on record, and has to be, is as it was. */
  async #write(key: string, value: unknown): Promise<void> {
    const { journal, log } = this.#parts;
    const before = this.#facts.get(key);
    try {
      await this.#facts.set(key, value);
    } catch (error) {
      if (!journal.required) return log.warn({ latch: key }, 'a release is not on record');
      await this.#putBack(key, value, before);
      throw error;
    }
  }

  /** Unless a newer stop is in its place. */
  async #putBack(key: string, value: unknown, before: unknown): Promise<void> {
    if (before !== undefined && this.#facts.get(key) === value) await this.#facts.set(key, before).catch(() => {});
  }
}

/** Facts may come from another version. */
function textOf(latch: unknown): string {
  const { by, cause } = Object(latch) as Partial<StopCause>;
  const who = typeof by === 'string' ? by : 'somebody';
  return typeof cause === 'string' ? `${who} (${cause})` : who;
}

function exceptions(all: unknown): readonly string[] {
  const { except } = Object(all) as { except?: unknown };
  return Array.isArray(except) ? except.filter((id) => typeof id === 'string') : [];
}

function stoppedAnew(): BellcrankError {
  return new BellcrankError('stopped', 'a newer stop came meanwhile, and holds; release it again');
}
