import type { Config } from '../../config/index.ts';
import { type PortList, portLister, type PortSettings } from '../../transport/ports/index.ts';
import { checkBroker } from './broker.ts';
import type { Finding } from './finding.ts';
import type { Host } from './host.ts';
import { checkPort } from './ports.ts';

type Connection = Config['connections'][string];

/** What devices are reached by. Nothing is opened but a client of each broker. */
export async function checkConnections(
  { connections }: Pick<Config, 'connections'>,
  service: ReadonlySet<number>,
  host: Host,
): Promise<Finding[]> {
  const entries = Object.entries(connections);
  const ports = await portLister(host.roots)(new Map());
  const found = await Promise.all(
    entries.map(async ([name, connection]) => {
      const its = await checkConnection(name, connection, service, ports, host);
      return connection.simulated ? its.map((finding): Finding => ({ ...finding, simulated: true })) : its;
    }),
  );
  const simulated = entries.filter(([, { kind }]) => kind === 'simulate').map(([name]) => name);
  return [modemManager(ports, entries), ...found.flat(), ...inside(simulated)];
}

async function checkConnection(
  name: string,
  connection: Connection,
  service: ReadonlySet<number>,
  ports: PortList,
  host: Host,
): Promise<Finding[]> {
  if (connection.kind === 'simulate') return [];
  const { transport, settings } = connection;
  // The settings are valid by the transport's own schema.
  if (transport === 'serial') return await checkPort(name, settings as PortSettings, service, ports, host);
  const kind = host.transports.find((each) => each.name === transport);
  if (kind === undefined) return [];
  if (transport === 'mqtt') return [await checkBroker(name, settings, kind, host)];
  const detail = `${kind.label(settings)} was not connected to: many take one client only, which may be the service`;
  return [{ check: 'connection', of: name, status: 'unchecked', detail }];
}

/** Ports that it may talk to are told of by themselves. */
function modemManager({ modemManager: found }: PortList, entries: readonly (readonly [string, Connection])[]): Finding {
  const about = { check: 'ModemManager' } as const;
  if (found === null) return { ...about, status: 'ok', detail: 'does not run, as far as processes can be seen here' };
  const isSerial = ([, each]: readonly [string, Connection]): boolean =>
    each.kind === 'transport' && each.transport === 'serial';
  const what = entries.some(isSerial) ? 'ports that it may talk to are named' : 'no serial port is configured';
  return { ...about, status: 'ok', detail: `runs (process ${found.pid}); ${what}` };
}

function inside(names: readonly string[]): Finding[] {
  if (names.length === 0) return [];
  return [{ check: 'simulated', status: 'ok', detail: `${names.join(', ')}: run by the service, on no hardware` }];
}
