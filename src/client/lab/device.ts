import { answerWith } from '../http/http.ts';
import { commandError, partsOf } from '../http/problem.ts';
import type { DeviceEvent } from '../stream/events.ts';
import type {
  BucketsView,
  CommandView,
  DeviceDetailView,
  DryRunView,
  LeaseView,
  PropertyView,
  SamplesView,
  StopView,
} from '../types.ts';
import type { DeviceNames, NameKind } from './device-names.ts';
import { handles } from './handles.ts';
import { bucketsOf, samplesOf } from './history.ts';
import { holding, type Lease, type LeaseOptions, leaseOf, takeLease } from './lease.ts';
import { devicePath, segment } from './path.ts';
import { dryRun, send, type Sending, type Target } from './sending.ts';
import type {
  AnyDevice,
  BucketOptions,
  CommandHandles,
  DeviceShape,
  DryRunOptions,
  EventHandles,
  EventWatchOptions,
  HistoryOptions,
  PropertyHandles,
  PropertyReading,
  ReadOptions,
  SendOptions,
  WatchOptions,
} from './shape.ts';
import { type Follow, watchEvents, watchProperty } from './watching.ts';

/** What a device needs of its lab. */
export interface LabParts extends Sending {
  readonly names: DeviceNames;
  readonly follow: Follow;
}

type Only = { readonly signal?: AbortSignal | undefined };

/**
 * One device. Its commands, properties and events are called by their names in a program (`set-voltage` is `setVoltage`) or by
 * their own. What it does not have compiles nowhere where the shape is known, and fails with a list of what it has.
 */
export class Device<Shape extends DeviceShape = AnyDevice> {
  readonly id: string;
  readonly commands: CommandHandles<Shape['commands']>;
  readonly properties: PropertyHandles<Shape['properties']>;
  readonly events: EventHandles<Shape['events']>;
  readonly #parts: LabParts;
  readonly #path: string;
  readonly #leaseToken: string | undefined;

  constructor(parts: LabParts, id: string, leaseToken?: string) {
    this.#parts = parts;
    this.#path = devicePath(id);
    this.#leaseToken = leaseToken;
    this.id = id;
    // The names are checked when they are used; the shape says what they take and give.
    this.commands = handles(`commands of ${id}`, (key) => this.#command(key)) as Device<Shape>['commands'];
    this.properties = handles(`properties of ${id}`, (key) => this.#property(key)) as Device<Shape>['properties'];
    this.events = handles(`events of ${id}`, (key) => this.#event(key)) as Device<Shape>['events'];
  }

  /** The device with what it can do, as it is now. */
  async get({ signal }: Only = {}): Promise<DeviceDetailView> {
    return (await this.#parts.http.request<DeviceDetailView>('GET', this.#path, { signal })).body;
  }

  /** All its properties, as they are known. */
  async readings({ signal }: Only = {}): Promise<readonly PropertyView[]> {
    const path = `${this.#path}/properties`;
    return (await this.#parts.http.request<{ readonly items: readonly PropertyView[] }>('GET', path, { signal })).body
      .items;
  }

  /**
   * Makes it safe now, and latches it.
   * @throws CommandError where it is not known to be safe; it is latched all the same
   */
  async stop({ signal }: Only = {}): Promise<StopView> {
    const answer = await this.#parts.http.request<StopView>('POST', `${this.#path}/stop`, { signal });
    const { body } = answerWith(answer, 'stopped', 'outcome');
    if (body.outcome === 'succeeded') return body;
    const { error, outcome, id } = body;
    if (error !== undefined) throw commandError({ ...partsOf(error), outcome, commandId: id });
    throw commandError({ code: 'internal', status: 200, detail: `the stop ended ${outcome}`, outcome, commandId: id });
  }

  /** Releases the latch. */
  async release({ signal }: Only = {}): Promise<void> {
    await this.#parts.http.request('DELETE', `${this.#path}/stop`, { signal });
  }

  /** Who holds it; null while nobody does. */
  leasedBy({ signal }: Only = {}): Promise<LeaseView | null> {
    return leaseOf(this.#parts.http, this.id, signal);
  }

  /** Takes it for oneself. Commands of `under(lease)` go with the lease, and those of others are refused. */
  lease(options: LeaseOptions): Promise<Lease> {
    return takeLease(this.#parts.http, this.id, options);
  }

  /** The same device, for whoever holds its lease. */
  under(lease: Pick<Lease, 'token'>): Device<Shape> {
    return new Device(this.#parts, this.id, lease.token);
  }

  /**
   * Takes a lease, keeps it for as long as `work` takes, and gives it back. When the lease is lost, `signal` is aborted with
   * LeaseLost.
   */
  hold<Result>(
    options: LeaseOptions,
    work: (device: Device<Shape>, signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    return holding(this.#parts, this.id, options, (lease, signal) => work(this.under(lease), signal));
  }

  #name(kind: NameKind, key: string): Promise<string> {
    return this.#parts.names.nameOf(this.id, kind, key);
  }

  #command(key: string) {
    const target = async (body: unknown = {}): Promise<Target> => {
      const name = segment(await this.#name('commands', key), 'command');
      return { method: 'POST', path: `${this.#path}/commands/${name}`, body };
    };
    const call = (params?: unknown, options?: SendOptions): Promise<CommandView> => this.#send(target(params), options);
    const dry = (params?: unknown, options?: DryRunOptions): Promise<DryRunView> =>
      this.#dryRun(target(params), options);
    return Object.assign(call, { dryRun: dry });
  }

  #property(key: string) {
    const { http, follow } = this.#parts;
    const name = (): Promise<string> => this.#name('properties', key);
    const path = async (): Promise<string> => `${this.#path}/properties/${segment(await name(), 'property')}`;
    const target = async (value: unknown): Promise<Target> => ({ method: 'PUT', path: await path(), body: { value } });
    const { id } = this;
    return {
      read: async ({ maxAgeMs, signal }: ReadOptions = {}): Promise<PropertyView> =>
        (await http.request<PropertyView>('GET', await path(), { query: { maxAgeMs }, signal })).body,
      write: (value: unknown, options?: SendOptions): Promise<CommandView> => this.#send(target(value), options),
      dryRun: (value: unknown, options?: DryRunOptions): Promise<DryRunView> => this.#dryRun(target(value), options),
      history: async (options: HistoryOptions = {}): Promise<SamplesView> => samplesOf(http, id, await name(), options),
      buckets: async (options: BucketOptions): Promise<BucketsView> => bucketsOf(http, id, await name(), options),
      async *watch(options: WatchOptions = {}): AsyncGenerator<PropertyReading, void, undefined> {
        yield* watchProperty(follow, id, await name(), options);
      },
    };
  }

  #event(key: string) {
    const { follow } = this.#parts;
    const name = (): Promise<string> => this.#name('events', key);
    const { id } = this;
    return {
      async *watch(options: EventWatchOptions = {}): AsyncGenerator<DeviceEvent, void, undefined> {
        yield* watchEvents(follow, id, await name(), options);
      },
    };
  }

  async #send(target: Promise<Target>, options: SendOptions = {}): Promise<CommandView> {
    return await send(this.#parts, await target, { leaseToken: this.#leaseToken, ...options });
  }

  async #dryRun(target: Promise<Target>, options: DryRunOptions = {}): Promise<DryRunView> {
    return await dryRun(this.#parts, await target, { leaseToken: this.#leaseToken, ...options });
  }
}
