import type { FastifyInstance } from 'fastify';
import { randomBytes as systemBytes } from 'node:crypto';
import type { Access } from './access/access.ts';
import { accessOf, certificatesOf, servingOf, troublesOf } from './app/access.ts';
import { type Blame, blameOn } from './app/blame.ts';
import { controlOf, decidersOf } from './app/control.ts';
import { feedOf, streamOf } from './app/feed.ts';
import { Life } from './app/life.ts';
import { momentsOf } from './app/moments.ts';
import { type AppParts, directoryOf } from './app/parts.ts';
import { alarmsOf, discoveryOf, observingOf, simulatedPastOf, simulatorsOf, webhooksOf } from './app/services.ts';
import { stopRehearsals } from './app/stop-rehearsal.ts';
import { keptBy } from './app/store.ts';
import { recorderOf, tellEverybody } from './app/telling.ts';
import type { Control } from './command/control.ts';
import type { Device } from './device/device.ts';
import { defaultLimits } from './device/limits.ts';
import { Registry } from './device/registry.ts';
import type { DeviceEvent } from './device/settings.ts';
import type { DiscoveryService } from './discovery/discovery.ts';
import { createServer } from './http/server.ts';
import type { Feed } from './http/stream/feed.ts';
import { DeviceLog } from './observe/device-log.ts';
import { ConfigReload } from './reload/reload.ts';
import type { Simulators } from './simulation/simulators.ts';
import type { Stream } from './stream/index.ts';
import { machine, portLister } from './transport/ports/index.ts';

const maxDevices = 20_000;

export interface App {
  /** Who may come in. */
  readonly access: Access;
  /** Why nothing but a stop is sent now; undefined while it is. */
  trouble(): string | undefined;
  readonly registry: Registry;
  readonly simulators: Simulators;
  readonly control: Control;
  readonly reload: ConfigReload;
  /** Everything as it happens. */
  readonly stream: Stream;
  /** Answers requests that are handed to it, with or without a port. */
  readonly http: FastifyInstance;
  /** Whether what nobody caught is a driver's: then the log says whose. */
  readonly blame: Blame;
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
  const { config, clock, log, random, randomBytes = systemBytes, drivers, version, limits = defaultLimits } = parts;
  const state = { config };
  const deviceLog = new DeviceLog(log, clock);
  const observe = (event: DeviceEvent): void => {
    tellEverybody(event, state, parts, {
      deviceLog,
      recorder,
      control,
      feed,
      alarms,
      northbound: life.northbound,
      past,
    });
  };
  const registry = new Registry({ drivers, clock, random, randomBytes, log, limits, maxDevices, observe });
  const observing = await observingOf(parts, registry);
  const stream = streamOf(parts);
  const feed: Feed = feedOf(stream, clock, { registry, leases: () => control.leases, discovery: () => discovery });
  const simulators = simulatorsOf(registry, log, clock, feed);
  const { store, audit } = keptBy(parts);
  const recorder = recorderOf(() => state.config, store);
  const removing = (device: Device) => discovery.removing(device);
  const control: Control = controlOf(parts, registry, { store, audit, feed, removing, metrics: observing.metrics });
  const discovery: DiscoveryService = discoveryOf(parts, registry, control.devices, { store, feed });
  const alarms = alarmsOf(parts, registry, { store, feed });
  const past = simulatedPastOf(parts, registry, store);
  const webhooks = webhooksOf(parts, stream, store, observing);
  const access = accessOf(parts, { store, audit });
  const certificates = await certificatesOf(parts);
  const troubles = troublesOf(access, audit, certificates);
  const watched = { store, stream, webhooks, alarms, ...decidersOf(control) };
  const told = observing.watch({ ...watched, directory: directoryOf(parts), troubles });
  const moments = momentsOf();
  const { started, known, opened } = moments;
  const reloaded = { state, registry, control, discovery, alarms, webhooks, simulators, opened: opened.promise };
  const reload = new ConfigReload({ ...parts, ...reloaded, audit, load: parts.load });
  const its = { ...decidersOf(control), reload, alarms, webhooks, audit, discovery, simulators, stream, feed, past };
  const given = { rehearsals: stopRehearsals(parts), settled: parts.settled };
  const common = { ...given, registry, store, clock, log, version, ports: portLister(machine) };
  const services = { ...its, started: started.promise, known: known.promise, ...told, access, ...common };
  reload.onReload({ name: 'certificates', keys: [], apply: () => certificates?.reload() });
  const http = await createServer(services, servingOf(parts, certificates));
  const life = new Life(parts, services, { ...moments, http, control, observing, reload });
  return {
    access,
    registry,
    control,
    reload,
    simulators,
    stream,
    http,
    trouble: () => (control.pipeline.journal.required ? store.trouble : undefined),
    blame: blameOn(log, clock, registry),
    reloadCertificates: async () => await certificates?.reload(),
    start: () => life.start(),
    listen: () => life.listen(),
    open: () => life.open(),
    close: () => life.close(),
  };
}

export type { AppParts };
