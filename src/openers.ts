import type { Clock } from './clock.ts';
import type { Config, ConnectionConfig, SimulatedConnection, TransportConnection } from './config/index.ts';
import type { Opener } from './device/link.ts';
import type { Log } from './driver/contract.ts';
import { BellcrankError } from './errors.ts';
import { OpenFiles, sharesOf, tooFew } from './open-files.ts';
import type { Connection } from './transport/connection.ts';
import type { SimulatorControl } from './simulation/control.ts';
import type { Transport } from './transport/transport.ts';

/** A running simulator, and how its wire is reached: by a production transport, or in memory. */
export type Simulated = {
  /** Of each simulator behind it. */
  readonly controls: readonly SimulatorControl[];
  close(): Promise<void>;
} & (
  | { readonly transport: Transport['name']; readonly settings: unknown }
  | {
      readonly transport: 'memory';
      readonly shape: Connection['shape'];
      open(signal: AbortSignal): Promise<Connection>;
    }
);

/** Starts the simulator of one connection. Handed in, because only the process knows simulators. */
export type Simulate = (name: string, connection: SimulatedConnection) => Promise<Simulated>;

export interface Openers {
  readonly openers: ReadonlyMap<string, Opener>;
  /** Of the simulators behind each simulated connection. */
  readonly controls: ReadonlyMap<string, readonly SimulatorControl[]>;
  /**
   * A further client of a connection to a broker, with a name of its own, which tells of its presence there. Throws for a
   * connection that is none to a broker.
   */
  readonly presenting: (connection: string, name: string, presence: object) => Opener;
  /** Connections beside those that there are: all of them, or none and the reason. Their simulators run at once. */
  prepare(connections: Config['connections']): Promise<PreparedOpeners>;
  /** Ends the simulators. */
  close(): Promise<void>;
}

/** Connections that are ready to take the place of those of their names. */
export interface PreparedOpeners {
  readonly openers: ReadonlyMap<string, Opener>;
  /** They are there from now on, and the `dropped` ones no more. Returns what ends the simulators of before. */
  take(dropped: readonly string[]): () => Promise<void>;
  /** Ends their simulators instead. */
  abandon(): Promise<void>;
}

/** One connection, and what it leads to. */
interface Opened {
  readonly opener: Opener;
  /** What a further client of it is opened by. */
  readonly wire?: TransportConnection;
  readonly simulated?: Simulated;
}

export interface OpenerParts {
  readonly config: Pick<Config, 'connections'> & Partial<Pick<Config, 'allowSimulated'>>;
  readonly transports: readonly Transport[];
  readonly simulate: Simulate;
  readonly clock: Clock;
  readonly log: Log;
  /** How many files the process may have open; undefined where nobody knows. */
  readonly openFiles?: number | undefined;
}

interface Parts extends OpenerParts {
  readonly files: OpenFiles;
}

/** Turns the configuration's connections into openers. Simulators start here; nothing else is opened yet. */
export async function createOpeners(given: OpenerParts): Promise<Openers> {
  assertAllowed(given.config);
  warnOfTooFew(given);
  const parts: Parts = { ...given, files: new OpenFiles(given.openFiles) };
  const all = await openAll(parts, parts.config.connections);
  return {
    get openers() {
      return openersOf(all);
    },
    get controls() {
      return controlsOf(all);
    },
    presenting(connection, name, presence) {
      const wire = all.get(connection)?.wire;
      if (wire?.transport !== 'mqtt') throw new Error(`connection ${connection} is none to a broker`);
      return byTransport(parts, { ...wire, settings: { ...withOwnClient(wire.settings, name), presence } });
    },
    async prepare(connections) {
      const opened = await openAll(parts, connections);
      return {
        openers: openersOf(opened),
        take(dropped) {
          const before = new Map([...dropped, ...opened.keys()].map((name) => [name, all.get(name)]));
          for (const name of dropped) all.delete(name);
          for (const [name, its] of opened) all.set(name, its);
          return () => closeAll([...before.values()]);
        },
        abandon: () => closeAll([...opened.values()]),
      };
    },
    close: () => closeAll([...all.values()]),
  };
}

/** All or none. */
async function openAll(parts: Parts, connections: Config['connections']): Promise<Map<string, Opened>> {
  const opened = new Map<string, Opened>();
  try {
    for (const [name, connection] of Object.entries(connections)) {
      opened.set(name, await openedOf(parts, name, connection));
    }
    return opened;
  } catch (error) {
    await closeAll([...opened.values()]);
    throw error;
  }
}

async function openedOf(parts: Parts, name: string, connection: ConnectionConfig): Promise<Opened> {
  if (connection.kind === 'transport') return { opener: byTransport(parts, connection), wire: connection };
  const simulated = await parts.simulate(name, connection);
  const wire = simulated.transport === 'memory' ? {} : { wire: wireTo(simulated) };
  return { opener: toSimulator(parts, name, simulated), simulated, ...wire };
}

async function closeAll(opened: readonly (Opened | undefined)[]): Promise<void> {
  await Promise.all(opened.flatMap((each) => each?.simulated?.close() ?? []));
}

function openersOf(opened: ReadonlyMap<string, Opened>): Openers['openers'] {
  return new Map(Array.from(opened, ([name, { opener }]) => [name, opener]));
}

function controlsOf(opened: ReadonlyMap<string, Opened>): Openers['controls'] {
  return new Map(
    Array.from(opened).flatMap(([name, { simulated }]) => (simulated ? [[name, simulated.controls] as const] : [])),
  );
}

/** Whoever made the configuration: nothing simulated is opened where it is not allowed. */
function assertAllowed({ connections, allowSimulated }: OpenerParts['config']): void {
  const simulated = Object.entries(connections).find(([, connection]) => connection.simulated);
  if (allowSimulated !== false || simulated === undefined) return;
  const text = `connection ${simulated[0]} is simulated, which allowSimulated: false forbids; name the real connection`;
  throw new BellcrankError('invalid-request', text);
}

function warnOfTooFew({ config, openFiles, log }: OpenerParts): void {
  if (openFiles === undefined) return;
  const needed = filesOf(config.connections);
  const { devices } = sharesOf(openFiles, needed);
  if (needed <= devices) return;
  log.warn({ openFiles, needed, devices }, tooFew(openFiles));
}

/** How many files these connections have open. */
export function filesOf(connections: Config['connections']): number {
  return Object.values(connections).reduce((sum, connection) => {
    const isInMemory = connection.kind === 'simulate' && connection.via === 'memory';
    return sum + (isInMemory ? 0 : filesOfOne(connection.kind === 'simulate'));
  }, 0);
}

/** The far end of a simulator, which listens as well, is in the process, too. */
function filesOfOne(isSimulatedHere: boolean): number {
  return isSimulatedHere ? 3 : 1;
}

/** A broker has one client of each identifier. */
function withOwnClient(settings: unknown, name: string): object {
  // Valid by the transport's schema, which says that it is an object.
  const { clientId, ...others } = settings as { readonly clientId?: string };
  return clientId === undefined ? others : { ...others, clientId: `${clientId}-${name}` };
}

function wireTo({ transport, settings }: Exclude<Simulated, { transport: 'memory' }>): TransportConnection {
  return { kind: 'transport', transport, settings, simulated: true };
}

function byTransport(parts: Parts, { transport: name, settings, simulated }: TransportConnection, files = 1): Opener {
  const transport = parts.transports.find((candidate) => candidate.name === name);
  if (transport === undefined) throw new Error(`there is no transport ${name}`);
  const { clock, log } = parts;
  const label = transport.label(settings);
  const about = { connection: label, ...(simulated ? { simulated } : {}) };
  const onStray = (what: string): void => log.debug({ ...about, what }, 'stray input');
  const onTrouble = (what: string): void => log.warn({ ...about, what }, 'trouble on a connection');
  return {
    transport: transport.presents,
    shape: transport.shape,
    label,
    simulated,
    reopens: transport.reopens === true,
    settings: sharedSettings(settings),
    open: async (signal) => {
      const leave = parts.files.take(files);
      if (leave === undefined) throw new BellcrankError('device-offline', tooFew(parts.openFiles ?? 0));
      try {
        const connection = await transport.open(settings, { signal, clock, onStray, onTrouble });
        void connection.closed.then(leave);
        return connection;
      } catch (error) {
        leave();
        throw error;
      }
    },
  };
}

/** What a recording says of a wire: whoever answers in its place has to be set alike. */
const shared = ['baudRate', 'dataBits', 'stopBits', 'parity', 'rtscts', 'xon', 'xoff', 'echo', 'turnaroundMs'];

function sharedSettings(settings: unknown): NonNullable<Opener['settings']> {
  // Valid by the transport's schema, which says that it is an object.
  const entries = Object.entries(settings as Readonly<Record<string, unknown>>);
  const known = entries.filter(([name]) => shared.includes(name));
  return Object.fromEntries(
    known.flatMap(([name, value]) => {
      const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
      return isScalar ? [[name, value] as const] : [];
    }),
  );
}

function toSimulator(parts: Parts, name: string, simulated: Simulated): Opener {
  if (simulated.transport !== 'memory') {
    return byTransport(parts, wireTo(simulated), filesOfOne(true));
  }
  const { shape } = simulated;
  return {
    transport: 'memory',
    shape,
    label: `simulator ${name}`,
    simulated: true,
    isNew: true,
    open: (signal) => simulated.open(signal),
  };
}
