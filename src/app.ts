import type { FastifyInstance } from 'fastify';
import { randomBytes as systemBytes } from 'node:crypto';
import { join } from 'node:path';
import { logAlarm } from './alarms/alarm-log.ts';
import { type Access, createAccess } from './access/access.ts';
import { KeyFile } from './access/keys/file.ts';
import { keysInMemory, type KeyStorage } from './access/keys/key.ts';
import { AuditLog } from './audit/audit-log.ts';
import { type Audit, noAudit } from './audit/sink.ts';
import { Alarms } from './alarms/alarms.ts';
import type { Clock } from './clock.ts';
import { alarmProblems, type Config, historyProblems, isLoopback, readFailure } from './config/index.ts';
import { readFile } from './config/read-file.ts';
import { Control } from './command/control.ts';
import type { ManagedDevices } from './command/managed-devices.ts';
import type { LeaseEvent } from './command/leases/lease.ts';
import type { Leases } from './command/leases/leases.ts';
import { openEmbeddedStore } from './store/embedded.ts';
import { Recorder } from './store/history/recorder.ts';
import type { Store } from './store/store.ts';
import type { Device } from './device/device.ts';
import type { DeviceEvent } from './device/settings.ts';
import { type DeviceLimits, defaultLimits } from './device/limits.ts';
import { type ParentLog, Registry } from './device/registry.ts';
import type { AnyDriver } from './driver/contract.ts';
import { BellcrankError } from './errors.ts';
import { DiscoveryService } from './discovery/discovery.ts';
import { listenOn } from './http/listening/listen.ts';
import { createServer, type ServerSettings } from './http/server.ts';
import { Feed } from './http/stream/feed.ts';
import { logCommand } from './observe/command-log.ts';
import { DeviceLog } from './observe/device-log.ts';
import { ProcessEventLoop } from './observe/event-loop.ts';
import type { LogLevel } from './observe/log-level.ts';
import type { Metrics } from './observe/metrics/index.ts';
import { Observing, tracingOf } from './observe/observing.ts';
import { type NorthboundParts, NorthboundService } from './northbound/index.ts';
import { SimulatorLog } from './observe/simulator-log.ts';
import { createOpeners, type Openers, type Simulate } from './openers.ts';
import { Simulators } from './simulation/simulators.ts';
import { Certificates } from './tls/certificates.ts';
import { Stream } from './stream/index.ts';
import { machine, portLister } from './transport/ports/index.ts';
import { Webhooks } from './webhooks/webhooks.ts';
import type { RandomBytes } from './random-bytes.ts';
import { newDevice } from './reload/new-device.ts';
import { ConfigReload, type Loaded, type Opened } from './reload/reload.ts';
import type { Transport } from './transport/transport.ts';

const maxDevices = 20_000;
/** How long a shutdown waits for commands under way before it aborts them. */
const shutdownGraceMs = 500;
/** How long a start waits for the store; after that it is in trouble, and goes on opening. */
const openGraceMs = 5000;
const msPerHour = 3_600_000;
const msPerDay = 24 * msPerHour;
const bytesPerMegabyte = 1_000_000;

export interface AppParts {
  readonly config: Config;
  /** The built-in drivers and those that the configuration names. */
  readonly drivers: readonly AnyDriver[];
  readonly transports: readonly Transport[];
  readonly simulate: Simulate;
  readonly clock: Clock;
  /** In [0, 1); for jitter. */
  readonly random: () => number;
  /** For ids and tokens; the system's if absent. */
  readonly randomBytes?: RandomBytes;
  readonly log: ParentLog;
  readonly version: string;
  readonly limits?: DeviceLimits;
  /** What decides how much of `log` is written; without it that cannot be changed while it runs. */
  readonly logLevel?: LogLevel;
  /** Whether disk, event loop and wall clock of the machine are watched. */
  readonly watchesMachine?: boolean;
  /** In place of the embedded one; what is done is then taken down nowhere. */
  readonly store?: Store;
  /** Reads the configuration again; absent where it came from no file. */
  readonly load?: (signal: AbortSignal) => Promise<Loaded>;
  /** In place of those in the store’s directory; without them, a store of one’s own has none. */
  readonly keys?: KeyStorage;
  /** Whether it may listen elsewhere than on loopback although there are no credentials. */
  readonly insecure?: boolean;
}

export interface App {
  /** Who may come in. */
  readonly access: Access;
  readonly registry: Registry;
  readonly simulators: Simulators;
  readonly control: Control;
  readonly reload: ConfigReload;
  /** Everything as it happens. */
  readonly stream: Stream;
  /** Answers requests that are handed to it, with or without a port. */
  readonly http: FastifyInstance;
  /** `listen`, then `open`: who asks meanwhile is answered. */
  start(): Promise<{ readonly url: string }>;
  /** Rejects with the operating system's error if it cannot listen. */
  listen(): Promise<{ readonly url: string }>;
  /** Starts simulators, and lets devices connect: none of them is waited for. */
  open(): Promise<void>;
  /** Reads the files of `server.tls` anew; rejects, with nothing changed, where something is wrong with them. */
  reloadCertificates(): Promise<void>;
  /** Ends what is queued as `not-sent`, releases every port, and resolves when nothing is left. */
  close(): Promise<void>;
}

/** The composition root: everything is wired here, and nothing keeps state outside it. */
export async function createApp(parts: AppParts): Promise<App> {
  const { config, clock, log, random, randomBytes = systemBytes, drivers, version } = parts;
  const state = { config };
  const limits = parts.limits ?? defaultLimits;
  const deviceLog = new DeviceLog(log, clock);
  const observe = (event: DeviceEvent): void => {
    tellEverybody(event, state, parts, { deviceLog, recorder, control, feed, alarms, northbound });
  };
  const registry = new Registry({ drivers, clock, random, randomBytes, log, limits, maxDevices, observe });
  const observing = await observingOf(parts, registry);
  const { metrics } = observing;
  const stream = streamOf(parts);
  const feed: Feed = feedOf(stream, clock, { registry, leases: () => control.leases, discovery: () => discovery });
  const simulators = simulatorsOf(registry, log, clock, feed);
  const { store, audit } = keptBy(parts);
  const recorder = recorderOf(() => state.config, store);
  const removing = (device: Device): void => discovery.removing(device);
  const control: Control = controlOf(parts, registry, { store, audit, feed, removing, metrics });
  const discovery: DiscoveryService = discoveryOf(parts, registry, control.devices, { store, feed });
  const alarms = alarmsOf(parts, registry, { store, feed });
  const webhooks = webhooksOf(parts, stream, store, observing);
  const access = accessOf(parts);
  const troubles = { keys: () => access.trouble()?.detail, audit: () => audit.trouble };
  const watched = { store, stream, webhooks, alarms, ...decidersOf(control) };
  const told = observing.watch({ ...watched, directory: directoryOf(parts), troubles });
  const moments = momentsOf();
  const { started, known, opened } = moments;
  const reloaded = { state, registry, control, discovery, alarms, webhooks, simulators, opened: opened.promise };
  const reload = new ConfigReload({ ...parts, ...reloaded, audit, load: parts.load });
  const its = { ...decidersOf(control), reload, alarms, webhooks, audit, discovery, simulators, stream, feed };
  const opening = { started: started.promise, known: known.promise };
  const common = { registry, store, clock, log, version, ports: portLister(machine) };
  const services = { ...its, ...opening, ...told, access, ...common };
  const certificates = await certificatesOf(parts);
  reload.onReload({ name: 'certificates', keys: [], apply: () => certificates?.reload() });
  const http = await createServer(services, servingOf(config, certificates));
  let openers: Openers | undefined;
  let northbound: NorthboundService | undefined;

  const listen = (): Promise<{ url: string }> => listenClosed(http, config.server, access, log);
  const open = async (): Promise<void> => {
    openers = await createOpeners(parts);
    addConnections(openers, registry, simulators);
    // A device that was stopped must be stopped before it is told anything else.
    await openedWithinGrace(store, clock);
    webhooks.begin();
    control.load();
    addConfigured(config, registry, control);
    northbound = tell(config.northbound, { ...services, random, limits, openerOf: openers.presenting });
    known.resolve();
    discovery.start();
    await restoredWithinGrace(control, store, clock, () => (alarms.settle(), discovery.begin()));
    started.resolve();
    opened.resolve({ openers, northbound });
  };
  const start = async (): Promise<{ url: string }> => {
    const listening = await listen();
    return await open().then(() => listening);
  };
  const close = async (): Promise<void> => {
    over(moments, reload);
    // Devices that go now are no violation.
    control.close();
    alarms.close();
    await endDevices(registry, control, [discovery.close(), northbound?.close()]);
    await letGo({ observing, access, http, webhooks, audit, store, simulators, openers });
  };
  let closing: Promise<void> | undefined;
  const reloadCertificates = async () => await certificates?.reload();
  const doing = { start, listen, open, reloadCertificates, close: () => (closing ??= close()) };
  return { access, registry, control, reload, simulators, stream, http, ...doing };
}

const insecureWarning =
  'INSECURE: there are no credentials, and anyone who reaches this service can move the devices; make a key (bellcrank keys create)';

function accessOf({ config, clock, log, keys, store, insecure = false, randomBytes = systemBytes }: AppParts): Access {
  // A store of one's own has no directory.
  const directory = keys === undefined && store === undefined ? config.store.directory : undefined;
  const own = directory === undefined ? keysInMemory() : new KeyFile(directory, clock);
  const { host } = config.server;
  return createAccess({
    settings: config.access,
    keys: keys ?? own,
    directory,
    host,
    isLoopback: isLoopback(host),
    insecure,
    clock,
    randomBytes,
    log,
  });
}

async function certificatesOf({ config, clock, log }: AppParts): Promise<Certificates | undefined> {
  const { tls } = config.server;
  if (tls === undefined) return undefined;
  return await Certificates.load({ files: tls, read: readFile, failure: readFailure, clock, log });
}

function servingOf({ server }: Config, certificates: Certificates | undefined): ServerSettings {
  const { tls, ...others } = server;
  if (certificates === undefined) return others;
  return { ...others, tls: { certificates, clientCertificates: tls?.clientCertificates } };
}

/** Refuses to listen where everybody could come in, or says that everybody can. */
async function listenClosed(
  http: FastifyInstance,
  { host, port }: Config['server'],
  access: Access,
  log: ParentLog,
): Promise<{ url: string }> {
  access.assertClosed();
  if (access.isInsecure()) log.warn({ host }, insecureWarning);
  access.begin();
  return await listenOn(http, host, port);
}

/** When requests are let in, stops among them, and when everything is there. */
function momentsOf() {
  const opened = Promise.withResolvers<Opened>();
  // Nobody may be waiting.
  opened.promise.catch(() => {});
  return { started: Promise.withResolvers<void>(), known: Promise.withResolvers<void>(), opened };
}

/** Whoever waits for the service to be there hears that it goes. */
function over({ started, known, opened }: ReturnType<typeof momentsOf>, reload: ConfigReload): void {
  known.resolve();
  started.resolve();
  reload.close();
  opened.reject(new BellcrankError('shutting-down', 'the service is shutting down'));
}

interface Ears {
  readonly deviceLog: DeviceLog;
  readonly recorder: Recorder;
  readonly control: Control;
  readonly feed: Feed;
  readonly alarms: Alarms;
  readonly northbound: NorthboundService | undefined;
}

/** What devices tell, in the order in which others are to hear of it: an alarm after the value that raised it. */
function tellEverybody(
  event: DeviceEvent,
  { config }: Pick<AppParts, 'config'>,
  { clock, log }: AppParts,
  ears: Ears,
): void {
  ears.deviceLog.take(event);
  if (event.kind === 'property') ears.recorder.take(event.device.id, event.name, event.data, clock.now());
  ears.control.observed(event);
  if (event.kind === 'model') warnOfRules(config, event.device, log);
  ears.feed.device(event);
  ears.alarms.observed(event);
  ears.northbound?.observed(event);
}

/** Devices are stopped or left, and what is under way ends. */
async function endDevices(
  registry: Registry,
  { pipeline, stops }: Control,
  others: readonly (Promise<void> | undefined)[],
): Promise<void> {
  // Both at once: the process has two seconds, and a device that hangs takes its time to be stopped.
  const toStop = registry.devices.filter(({ settings }) => settings.onShutdown === 'stop');
  await Promise.all([pipeline.close(shutdownGraceMs), stops.endWith(toStop), ...others]);
  await registry.close(new BellcrankError('shutting-down', 'the service is shutting down', { reason: 'shutdown' }));
  // What was under way has been aborted and now ends, so that its client hears what is known of it.
  await pipeline.close(shutdownGraceMs);
}

interface Held {
  readonly observing: Observing;
  readonly access: Access;
  readonly http: FastifyInstance;
  readonly webhooks: Webhooks;
  readonly audit: Audit;
  readonly store: Store;
  readonly simulators: Simulators;
  readonly openers: Openers | undefined;
}

async function letGo({ observing, access, http, webhooks, audit, store, simulators, openers }: Held): Promise<void> {
  await access.close();
  await http.close();
  // A collector has its time while the others have theirs.
  const told = observing.close();
  webhooks.close();
  audit.add({ what: 'serviceEnded', by: 'bellcrank', from: undefined });
  // Its head goes with the facts.
  await audit.close();
  await store.close();
  simulators.close();
  await openers?.close();
  await told;
}

function controlOf(
  { config, clock, log, randomBytes = systemBytes }: AppParts,
  registry: Registry,
  its: { store: Store; audit: Audit; feed: Feed; removing: (device: Device) => void; metrics: Metrics },
): Control {
  const { store, audit, feed, removing, metrics } = its;
  return new Control({
    registry,
    store,
    audit,
    clock,
    log,
    randomBytes,
    observe: (record, timing) => {
      metrics.commandEnded(record, timing);
      logCommand(log, record, timing);
    },
    observeStop: (record) => metrics.stopped(record),
    told: (record) => feed.command(record),
    progress: (record, progress) => feed.progress(record, progress),
    observeLease: (event) => {
      logLease(log, event, registry.find(event.device)?.simulated === true);
      tellLease(audit, event, registry.find(event.device)?.simulated === true);
      feed.lease(event);
    },
    policy: config.store.journal,
    idempotency: { expiryMs: config.idempotency.expiryHours * msPerHour, required: config.idempotency.required },
    interlocks: config.interlocks,
    removing,
  });
}

/** Whoever brings a store of their own knows where it is. */
function directoryOf({ store, config }: AppParts): string | undefined {
  return store === undefined ? config.store.directory : undefined;
}

async function observingOf(parts: AppParts, registry: Registry): Promise<Observing> {
  const { metrics, log, tracing } = parts.config;
  const settings = { metrics, requests: log.requests };
  const eventLoop = new ProcessEventLoop();
  return new Observing({ ...parts, registry, settings, eventLoop, tracing: await tracingOf(tracing, parts) });
}

/** What routes ask of it. */
function decidersOf({ pipeline, stops, devices, maintenance, interlocks, leases }: Control) {
  return { pipeline, stops, devices, maintenance, interlocks, leases };
}

/** What happens to simulators is told here: to the log, and to who follows. */
function simulatorsOf(registry: Registry, log: ParentLog, clock: Clock, feed: Feed): Simulators {
  const simulatorLog = new SimulatorLog(log, clock);
  return new Simulators({
    registry,
    observe: (happening) => {
      simulatorLog.take(happening);
      feed.simulator(happening);
    },
  });
}

function recorderOf(config: () => Config, { history }: Store): Recorder {
  return new Recorder({
    history,
    ruleOf: (device, property) => own(own(config().devices, device)?.history ?? {}, property),
  });
}

function discoveryOf(
  { config, clock, log }: AppParts,
  registry: Registry,
  devices: ManagedDevices,
  { store, feed }: { store: Store; feed: Feed },
): DiscoveryService {
  return new DiscoveryService({
    registry,
    devices,
    facts: store.facts,
    clock,
    log,
    settings: config.discovery,
    observe: (event) => feed.candidate(event),
  });
}

function alarmsOf(
  { config, clock, log, randomBytes = systemBytes }: AppParts,
  registry: Registry,
  { store, feed }: { store: Store; feed: Feed },
): Alarms {
  const { keepAlarms: keep, keepDays } = config.store;
  return new Alarms({
    rules: config.alarms,
    registry,
    notices: store.notices,
    clock,
    randomBytes,
    log,
    bounds: { keep, keepMs: keepDays * msPerDay },
    observe: (change) => {
      logAlarm(log, change);
      feed.alarm(change);
    },
  });
}

function webhooksOf(
  { config, clock, random, log, version }: AppParts,
  stream: Stream,
  store: Store,
  { tracing }: Observing,
): Webhooks {
  const traceOf = (command: string): string | undefined => tracing?.traceparentOf(command);
  const parts = { settings: config.webhooks, stream, notices: store.notices, traceOf };
  return new Webhooks({ ...parts, clock, random, log, version });
}

/** What only the device could tell when the configuration was checked. */
function warnOfRules({ devices, alarms }: Config, { id, told, model, simulated }: Device, log: ParentLog): void {
  if (told === undefined) return;
  const warn = (problem: string, text: string): void => {
    log.warn({ device: id, problem, ...(simulated ? { simulated } : {}) }, text);
  };
  for (const problem of historyProblems(own(devices, id)?.history, model)) {
    warn(problem, 'a rule for the history of the device has no effect');
  }
  for (const problem of alarmProblems(alarms, id, model))
    warn(problem, 'an alarm of the device is not as it was meant');
}

/** Devices and properties may be called `constructor`. */
function own<T>(map: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

function addConnections({ openers, controls }: Openers, registry: Registry, simulators: Simulators): void {
  for (const [name, opener] of openers) registry.addConnection(name, opener);
  simulators.begin(controls);
}

function addConfigured({ devices }: Config, registry: Registry, { stops, models }: Control): void {
  for (const [id, device] of Object.entries(devices)) {
    const remembered = models.recall({ id, driver: device.driver });
    registry.add({ ...newDevice(id, device), latched: stops.latchOf(id), remembered });
  }
}

function streamOf({ config: { server }, clock, log }: AppParts): Stream {
  return new Stream({
    clock,
    maxEntries: server.streamEntries,
    maxBytes: server.streamMegabytes * bytesPerMegabyte,
    failed: (error) => log.error({ err: error }, 'who follows the stream failed'),
  });
}

/** Leases and discovery are made later than what tells of them. */
function feedOf(
  stream: Stream,
  clock: Clock,
  { registry, leases, discovery }: { registry: Registry; leases: () => Leases; discovery: () => DiscoveryService },
): Feed {
  return new Feed({
    stream,
    clock,
    find: (id) => registry.find(id),
    leaseOf: (device) => leases().get(device),
    candidateOf: (id) => discovery().find(id),
  });
}

function storeOf({ store }: Config, clock: Clock, log: ParentLog): Store {
  return openEmbeddedStore({
    directory: store.directory,
    durability: store.durability,
    retention: { maxAgeMs: store.keepDays * msPerDay, maxBytes: store.keepMegabytes * bytesPerMegabyte },
    history: {
      rawMaxAgeMs: store.keepReadingsDays * msPerDay,
      maxAgeMs: store.keepSummaryDays * msPerDay,
      maxBytes: store.keepReadingsMegabytes * bytesPerMegabyte,
    },
    clock,
    log,
  });
}

/** What outlives the process. The audit stands beside the store's own files, where there are any. */
function keptBy(parts: AppParts): { store: Store; audit: Audit } {
  if (parts.store !== undefined) return { store: parts.store, audit: noAudit };
  const { config, clock, log, version } = parts;
  const store = storeOf(config, clock, log);
  const { required, keepDays, keepMegabytes } = config.audit;
  const audit = new AuditLog({
    directory: join(config.store.directory, 'audit'),
    required,
    keepMs: keepDays * msPerDay,
    keepBytes: keepMegabytes * bytesPerMegabyte,
    clock,
    log,
    facts: store.facts,
    opened: store.opened,
  });
  audit.add({ what: 'serviceStarted', by: 'bellcrank', from: undefined, params: { version } });
  return { store, audit };
}

function tell(settings: Config['northbound'], parts: NorthboundParts): NorthboundService {
  const service = new NorthboundService(settings, parts);
  service.start();
  return service;
}

async function openedWithinGrace(store: Store, clock: Clock): Promise<void> {
  await withinGrace(store.attempted, clock);
  if (store.trouble === undefined) await withinGrace(store.notices.attempted, clock);
}

async function restoredWithinGrace(control: Control, store: Store, clock: Clock, then: () => void): Promise<void> {
  const restored = control.restore();
  void restored.then(then);
  if (store.trouble === undefined) await withinGrace(restored, clock);
}

/** Waits for what goes on by itself, within reason. */
async function withinGrace(promise: Promise<unknown>, clock: Clock): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = clock.timer(openGraceMs, resolve);
  void promise.then(() => resolve());
  await over;
  timer.cancel();
}

/** What a lease came to by itself, and from whom one was taken: requests tell the rest. */
function tellLease(audit: Audit, event: LeaseEvent, simulated: boolean): void {
  const { kind, device, holder, note, from } = event;
  if (kind === 'granted' || kind === 'renewed' || kind === 'released') return;
  const about = { device, ...(simulated ? { simulated } : {}), by: holder, from: undefined };
  const params = from === undefined ? { note } : { note, holderBefore: from.holder };
  const words = {
    stolen: 'leaseStolen',
    expired: 'leaseExpired',
    dropped: 'leaseDropped',
    'stop-failed': 'leaseStopFailed',
  };
  audit.add({ ...about, what: words[kind], params });
}

function logLease(log: ParentLog, { kind, ...event }: LeaseEvent, simulated: boolean): void {
  const fields = simulated ? { ...event, simulated } : event;
  if (kind === 'stop-failed') log.error(fields, 'the stop of a lease that ran out failed');
  else if (kind === 'stolen' || kind === 'expired') log.warn(fields, `lease ${kind}`);
  else log.info(fields, `lease ${kind}`);
}
