import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock.ts';
import type { ManagedDevices } from '../command/managed-devices.ts';
import type { Device } from '../device/device.ts';
import type { Link } from '../device/link.ts';
import { fits } from '../device/builder.ts';
import type { Registry } from '../device/registry.ts';
import type { Restrictions } from '../device/settings.ts';
import type { AnyDriver, Candidate, Log } from '../driver/contract.ts';
import { BellcrankError } from '../errors.ts';
import type { FactStore } from '../store/store.ts';
import { Adoption, type Wishes } from './adoption.ts';
import { AutoAdoption } from './auto-adoption.ts';
import { candidateId, type CandidateState, isIdentity, type KnownCandidate, knownCandidate } from './candidate.ts';
import { Candidates } from './candidates.ts';
import { Dismissals } from './dismissals.ts';
import { type Dialect, Listening } from './listening.ts';
import { type AdoptionRule, type FindRule, ruleFinder } from './rule.ts';
import type { DiscoverySettings } from './settings.ts';

const maxCandidates = 20_000;

/** What watchers are told. */
export interface DiscoveryEvent {
  readonly kind: 'found' | 'changed' | 'stale' | 'gone' | 'adopted';
  readonly candidate: KnownCandidate;
  readonly device?: string;
}

export interface DiscoveryParts {
  readonly registry: Registry;
  readonly devices: ManagedDevices;
  readonly facts: FactStore;
  readonly clock: Clock;
  readonly log: Log;
  /** By connection. */
  readonly settings: Readonly<Record<string, DiscoverySettings>>;
  /** Must not throw. */
  readonly observe?: (event: DiscoveryEvent) => void;
  readonly maxCandidates?: number;
}

export interface CandidateQuery {
  readonly connection?: string;
  readonly dialect?: string;
  readonly state?: CandidateState;
  readonly adopted?: boolean;
  /** Only those behind this id. */
  readonly after?: string;
  readonly limit: number;
}

/** A candidate as it stands. */
export interface CandidateView extends KnownCandidate {
  readonly device: Device | undefined;
  readonly dismissed: boolean;
  /** Why a rule that wanted it did not get it. */
  readonly refusal: string | undefined;
}

/** Finds what is announced on connections, and makes devices of it. */
export class DiscoveryService {
  readonly #parts: DiscoveryParts;
  readonly #candidates: Candidates;
  readonly #dismissals: Dismissals;
  readonly #adoption: Adoption;
  readonly #auto: AutoAdoption;
  readonly #rules = new Map<string, FindRule>();
  /** By connection. */
  readonly #listening = new Map<string, { readonly listening: Listening; readonly settings: DiscoverySettings }>();
  /** Candidates that there was no room for, or that had no identity. */
  #ignored = 0;

  constructor(parts: DiscoveryParts) {
    const { registry, devices, facts, clock, log } = parts;
    this.#parts = parts;
    this.#candidates = new Candidates(parts.maxCandidates ?? maxCandidates);
    this.#dismissals = new Dismissals(facts, log);
    this.#adoption = new Adoption({ registry, add: (settings) => devices.add(settings) });
    this.#auto = new AutoAdoption({
      clock,
      log,
      wanted: (id) => this.#wanted(id),
      adopt: async (candidate, rule) => void (await this.#adopt(candidate, wishesOf(rule))),
      isFull: () => registry.isFull,
    });
  }

  /** Listens on every connection that it is configured for; they must be there. Waits for none. */
  start(): void {
    this.#listenOn(this.#parts.settings);
  }

  /**
   * From now on these. Ends at once what listens on connections that are `changed`, or with other settings; `listen`
   * begins what is new, when the connections are there.
   */
  configure(
    settings: Readonly<Record<string, DiscoverySettings>>,
    changed: ReadonlySet<string>,
  ): { readonly ended: Promise<unknown>; listen(): void } {
    const gone = [...this.#listening].filter(([name, its]) => {
      return changed.has(name) || !isDeepStrictEqual(settings[name], its.settings);
    });
    const ended = gone.map(async ([name, { listening }]) => {
      this.#listening.delete(name);
      this.#rules.delete(name);
      for (const candidate of this.#candidates.stale(name)) this.#observe('stale', candidate);
      await listening.close();
    });
    return { ended: Promise.all(ended), listen: () => this.#listenOn(settings) };
  }

  #listenOn(settings: Readonly<Record<string, DiscoverySettings>>): void {
    for (const [name, its] of Object.entries(settings)) {
      const link = this.#parts.registry.connection(name);
      if (link === undefined || this.#listening.has(name)) continue;
      this.#rules.set(name, ruleFinder(its.autoAdopt));
      this.#listen(link, its);
    }
  }

  /** The devices of the process before are known: rules adopt from now on. */
  begin(): void {
    this.#auto.begin();
  }

  async close(): Promise<void> {
    this.#auto.close();
    await Promise.all([...this.#listening.values()].map(({ listening }) => listening.close()));
  }

  /** What keeps devices from being found or adopted, for a person. */
  get problems(): readonly string[] {
    const full = this.#auto.trouble;
    const ignored = `${this.#ignored} announcements were ignored: ${this.#candidates.size} candidates are known`;
    return [
      ...[...this.#listening.values()].flatMap(({ listening }) => listening.troubles),
      ...(full === undefined ? [] : [full]),
      ...(this.#ignored === 0 ? [] : [ignored]),
    ];
  }

  list({ connection, dialect, state, adopted, after, limit }: CandidateQuery): readonly CandidateView[] {
    const fitting = (candidate: KnownCandidate): boolean => {
      if (connection !== undefined && candidate.connection !== connection) return false;
      if (dialect !== undefined && candidate.dialect !== dialect) return false;
      if (state !== undefined && candidate.state !== state) return false;
      return adopted === undefined || (this.#adoption.deviceOf(candidate) !== undefined) === adopted;
    };
    return this.#candidates.page(fitting, limit, after).map((candidate) => this.#view(candidate));
  }

  get(id: string): CandidateView {
    return this.#view(this.#known(id));
  }

  find(id: string): CandidateView | undefined {
    const candidate = this.#candidates.get(id);
    return candidate === undefined ? undefined : this.#view(candidate);
  }

  /** Somebody asks for it: what was dismissed before is no longer. */
  async adopt(id: string, wishes: Omit<Wishes, 'auto'>): Promise<Device> {
    const device = await this.#adopt(this.#known(id), { ...wishes, auto: false });
    // Somebody may have taken it away again while it was put on record.
    if (this.#parts.registry.find(device.id) === device) this.#dismissals.remove(id);
    return device;
  }

  /** Somebody takes a device away: no rule is to bring it back. What is returned is to hear whether it goes. */
  removing(device: Device): (goes: boolean) => void {
    const candidate = device.settings.adopted?.candidate ?? this.#candidateOf(device);
    const isNew = candidate !== undefined && !this.#dismissals.has(candidate);
    if (isNew) this.#dismissals.add(candidate);
    return (goes) => {
      if (!goes) return isNew ? this.#dismissals.remove(candidate) : undefined;
      // An adoption that ended meanwhile took it back.
      if (candidate !== undefined && !this.#dismissals.has(candidate)) this.#dismissals.add(candidate);
      // The device goes in this very turn.
      queueMicrotask(() => this.#auto.resume());
    };
  }

  #listen(link: Link, settings: DiscoverySettings): void {
    const { clock, log } = this.#parts;
    const { name, opener } = link;
    const listening = new Listening({
      link,
      clock,
      log,
      dialects: this.#dialectsOn(link, settings),
      found: (driver, candidate) => this.#found({ connection: name, driver, simulated: opener.simulated }, candidate),
      gone: (driver, identity) => this.#gone(candidateId(name, driver.model.name, identity)),
      lost: () => {
        for (const candidate of this.#candidates.stale(name)) this.#observe('stale', candidate);
      },
    });
    this.#listening.set(name, { listening, settings });
    listening.start();
  }

  #dialectsOn({ opener }: Link, { dialects, options }: DiscoverySettings): readonly Dialect[] {
    return this.#parts.registry.drivers
      .filter((driver) => driver.discover !== undefined && fits(driver, opener))
      .filter(({ model }) => dialects === undefined || dialects.includes(model.name))
      .map((driver) => ({
        driver,
        options: Object.hasOwn(options, driver.model.name) ? options[driver.model.name] : {},
      }));
  }

  #found(source: { connection: string; driver: AnyDriver; simulated: boolean }, candidate: Candidate): void {
    if (!isIdentity(candidate.identity)) return this.#ignore();
    const known = knownCandidate(candidate, source, this.#parts.clock.now());
    const change = this.#candidates.put(known);
    if (change === 'full') return this.#ignore();
    if (change !== 'same') this.#observe(change, known);
    if (change !== 'same') this.#auto.offer(known.id);
  }

  #gone(id: string): void {
    const gone = this.#candidates.gone(id);
    if (gone !== undefined) this.#observe('gone', gone);
  }

  #ignore(): void {
    this.#ignored++;
    if (this.#ignored > 1) return;
    this.#parts.log.warn({ candidates: this.#candidates.size }, 'announcements of devices are ignored');
  }

  #wanted(id: string): { candidate: KnownCandidate; rule: AdoptionRule } | undefined {
    const candidate = this.#candidates.get(id);
    if (candidate === undefined || candidate.state !== 'announced' || candidate.unsupported !== undefined) {
      return undefined;
    }
    const rule = this.#rules.get(candidate.connection)?.(candidate);
    if (rule === undefined || this.#dismissals.has(id)) return undefined;
    return this.#adoption.deviceOf(candidate) === undefined ? { candidate, rule } : undefined;
  }

  async #adopt(candidate: KnownCandidate, wishes: Wishes): Promise<Device> {
    const device = await this.#adoption.adopt(candidate, wishes);
    this.#observe('adopted', candidate, device.id);
    return device;
  }

  #known(id: string): KnownCandidate {
    const candidate = this.#candidates.get(id);
    if (candidate !== undefined) return candidate;
    const detail = `there is no candidate ${JSON.stringify(id.slice(0, 64))}; GET /v1/discovery lists them`;
    throw new BellcrankError('candidate-not-found', detail);
  }

  #candidateOf(device: Device): string | undefined {
    for (const candidate of this.#candidates.values()) {
      if (candidate.connection === device.connectionName && this.#adoption.deviceOf(candidate) === device) {
        return candidate.id;
      }
    }
    return undefined;
  }

  #view(candidate: KnownCandidate): CandidateView {
    const { id } = candidate;
    const device = this.#adoption.deviceOf(candidate);
    return { ...candidate, device, dismissed: this.#dismissals.has(id), refusal: this.#auto.refusalOf(id) };
  }

  #observe(kind: DiscoveryEvent['kind'], candidate: KnownCandidate, device?: string): void {
    this.#parts.observe?.({ kind, candidate, ...(device === undefined ? {} : { device }) });
  }
}

/** One for all devices of a rule. */
const wishes = new WeakMap<AdoptionRule, Wishes>();

function wishesOf(rule: AdoptionRule): Wishes {
  const known = wishes.get(rule) ?? wishesBy(rule);
  wishes.set(rule, known);
  return known;
}

function wishesBy({ labels, idPrefix, options, limits, deny }: AdoptionRule): Wishes {
  return {
    auto: true,
    ...(labels === undefined ? {} : { labels }),
    ...(idPrefix === undefined ? {} : { idPrefix }),
    ...(options === undefined ? {} : { options }),
    restrictions: restrictionsOf({ limits, deny }),
  };
}

function restrictionsOf({ limits, deny }: Pick<AdoptionRule, 'limits' | 'deny'>): Restrictions {
  return { ...(limits === undefined ? {} : { limits }), ...(deny === undefined ? {} : { deny }) };
}
