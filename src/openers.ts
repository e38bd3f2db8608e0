import type { Clock } from './clock.ts';
import type { Config, SimulatedConnection, TransportConnection } from './config/index.ts';
import type { Opener } from './device/link.ts';
import type { Log } from './driver/contract.ts';
import type { Connection } from './transport/connection.ts';
import type { Transport } from './transport/transport.ts';

/** A running simulator, and how its wire is reached: by a production transport, or in memory. */
export type Simulated = { close(): Promise<void> } & (
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
  /** Ends the simulators. */
  close(): Promise<void>;
}

export interface OpenerParts {
  readonly config: Pick<Config, 'connections'>;
  readonly transports: readonly Transport[];
  readonly simulate: Simulate;
  readonly clock: Clock;
  readonly log: Log;
}

/** Turns the configuration's connections into openers. Simulators start here; nothing else is opened yet. */
export async function createOpeners(parts: OpenerParts): Promise<Openers> {
  const openers = new Map<string, Opener>();
  const running: Simulated[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(running.map((simulated) => simulated.close()));
  };
  try {
    for (const [name, connection] of Object.entries(parts.config.connections)) {
      if (connection.kind === 'transport') {
        openers.set(name, byTransport(parts, connection));
      } else {
        const simulated = await parts.simulate(name, connection);
        running.push(simulated);
        openers.set(name, toSimulator(parts, name, simulated));
      }
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { openers, close };
}

function byTransport(parts: OpenerParts, { transport: name, settings, simulated }: TransportConnection): Opener {
  const transport = parts.transports.find((candidate) => candidate.name === name);
  if (transport === undefined) throw new Error(`there is no transport ${name}`);
  const { clock, log } = parts;
  const label = transport.label(settings);
  const onStray = (what: string): void => log.debug({ connection: label, what }, 'stray input');
  const onTrouble = (what: string): void => log.warn({ connection: label, what }, 'trouble on a connection');
  return {
    transport: transport.presents,
    shape: transport.shape,
    label,
    simulated,
    reopens: transport.reopens === true,
    open: (signal) => transport.open(settings, { signal, clock, onStray, onTrouble }),
  };
}

function toSimulator(parts: OpenerParts, name: string, simulated: Simulated): Opener {
  if (simulated.transport !== 'memory') {
    const { transport, settings } = simulated;
    return byTransport(parts, { kind: 'transport', transport, settings, simulated: true });
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
