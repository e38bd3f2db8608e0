import type { Clock } from './clock.ts';
import type { Config, SimulatedConnection, TransportConnection } from './config/index.ts';
import type { Opener } from './device/link.ts';
import type { Log } from './driver/contract.ts';
import { BellcrankError } from './errors.ts';
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
  /** Ends the simulators. */
  close(): Promise<void>;
}

export interface OpenerParts {
  readonly config: Pick<Config, 'connections'> & Partial<Pick<Config, 'allowSimulated'>>;
  readonly transports: readonly Transport[];
  readonly simulate: Simulate;
  readonly clock: Clock;
  readonly log: Log;
}

/** Turns the configuration's connections into openers. Simulators start here; nothing else is opened yet. */
export async function createOpeners(parts: OpenerParts): Promise<Openers> {
  const openers = new Map<string, Opener>();
  const wires = new Map<string, TransportConnection>();
  const controls = new Map<string, readonly SimulatorControl[]>();
  const running: Simulated[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(running.map((simulated) => simulated.close()));
  };
  assertAllowed(parts.config);
  try {
    for (const [name, connection] of Object.entries(parts.config.connections)) {
      if (connection.kind === 'transport') {
        wires.set(name, connection);
        openers.set(name, byTransport(parts, connection));
      } else {
        const simulated = await parts.simulate(name, connection);
        running.push(simulated);
        controls.set(name, simulated.controls);
        openers.set(name, toSimulator(parts, name, simulated));
        if (simulated.transport !== 'memory') wires.set(name, wireTo(simulated));
      }
    }
  } catch (error) {
    await close();
    throw error;
  }
  const presenting = (connection: string, name: string, presence: object): Opener => {
    const wire = wires.get(connection);
    if (wire?.transport !== 'mqtt') throw new Error(`connection ${connection} is none to a broker`);
    return byTransport(parts, { ...wire, settings: { ...withOwnClient(wire.settings, name), presence } });
  };
  return { openers, controls, presenting, close };
}

/** Whoever made the configuration: nothing simulated is opened where it is not allowed. */
function assertAllowed({ connections, allowSimulated }: OpenerParts['config']): void {
  const simulated = Object.entries(connections).find(([, connection]) => connection.simulated);
  if (allowSimulated !== false || simulated === undefined) return;
  const text = `connection ${simulated[0]} is simulated, which allowSimulated: false forbids; name the real connection`;
  throw new BellcrankError('invalid-request', text);
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

function byTransport(parts: OpenerParts, { transport: name, settings, simulated }: TransportConnection): Opener {
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
    open: (signal) => transport.open(settings, { signal, clock, onStray, onTrouble }),
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

function toSimulator(parts: OpenerParts, name: string, simulated: Simulated): Opener {
  if (simulated.transport !== 'memory') {
    return byTransport(parts, wireTo(simulated));
  }
  const { shape } = simulated;
  return {
    transport: 'memory',
    shape,
    label: `simulator ${name}`,
    simulated: true,
    open: (signal) => simulated.open(signal),
  };
}
