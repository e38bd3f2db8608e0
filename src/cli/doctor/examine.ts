import type { Clock } from '../../clock.ts';
import { type Config, isLoopback } from '../../config/index.ts';
import type { ListPorts, PortRoots, PortSettings } from '../../transport/ports/index.ts';
import type { Transport } from '../../transport/transport.ts';
import { checkKeys } from './access.ts';
import { checkBroker } from './broker.ts';
import { checkCertificate } from './certificate.ts';
import { checkClock, type Synchronised } from './clock.ts';
import type { Finding } from './finding.ts';
import { checkListening } from './listening.ts';
import { checkPort } from './ports.ts';
import { checkRuntime, checkThreads, type Runtime } from './runtime.ts';
import { checkStore } from './store.ts';

/** The machine that is examined. */
export interface Surgery {
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly roots: PortRoots;
  readonly ports: ListPorts;
  readonly transports: readonly Transport[];
  /** The system's own answer if absent. */
  readonly synchronised?: Synchronised;
}

/** What can be said without a configuration. */
export async function examineMachine({ runtime, clock, synchronised }: Surgery): Promise<Finding[]> {
  return [checkRuntime(runtime), await checkClock(clock, synchronised)];
}

/** What the configuration needs of the machine. Nothing is opened but a client of each broker. */
export async function examine(config: Config, surgery: Surgery): Promise<Finding[]> {
  const { clock, runtime } = surgery;
  const { server, store, connections } = config;
  const links = await Promise.all(Object.entries(connections).map((entry) => checkConnection(...entry, surgery)));
  return [
    checkThreads(runtime, config),
    await checkListening(server),
    await checkKeys(config, isLoopback(server.host)),
    ...(server.tls === undefined ? [] : [await checkCertificate(server.tls.certificate, clock)]),
    ...(await checkStore(store.directory, clock)),
    ...links.flat(),
  ];
}

async function checkConnection(
  name: string,
  connection: Config['connections'][string],
  { clock, roots, ports, transports }: Surgery,
): Promise<Finding[]> {
  if (connection.kind === 'simulate') return [];
  const { transport, settings } = connection;
  // Valid by the transport's own schema.
  if (transport === 'serial') return await checkPort(name, settings as PortSettings, roots, ports);
  const mqtt = transport === 'mqtt' ? transports.find((each) => each.name === 'mqtt') : undefined;
  return mqtt === undefined ? [] : [await checkBroker(name, settings, mqtt, clock)];
}
