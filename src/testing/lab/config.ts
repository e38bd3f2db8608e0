import type { WireSimulatorKind } from '../../../simulators/simulator.ts';
import { type Config, formatProblems, loadConfig } from '../../config/index.ts';
import type { AnyDriver } from '../../driver/contract.ts';
import type { LabDeviceSpec, LabSimulator, LabSpec } from './spec.ts';

/** What a lab is made of. */
export interface Catalogue {
  readonly drivers: readonly AnyDriver[];
  readonly simulators: readonly WireSimulatorKind[];
}

/** The lab as a configuration, checked as strictly as any other. Throws what is wrong with it. */
export async function labConfig(spec: LabSpec, { drivers, simulators }: Catalogue, seed: number): Promise<Config> {
  const named = Object.entries(spec.devices);
  const own = named.flatMap(([id, device]) => {
    return device.connection === undefined ? [[id, connection([simulatorOf(id, device)], seed)] as const] : [];
  });
  const shared = Object.entries(spec.connections ?? {}).map(([name, its]) => {
    return [name, connection([its].flat(), seed)] as const;
  });
  const root = {
    ...spec.config,
    server: { port: 0, ...Object(spec.config?.['server']) },
    ...(spec.wiring && { simulation: { ...Object(spec.config?.['simulation']), wiring: spec.wiring } }),
    connections: Object.fromEntries([...shared, ...own]),
    devices: Object.fromEntries(named.map(([id, device]) => [id, deviceConfig(id, device)])),
  };
  const stand = named.flatMap(([id, device]) => (device.wire === undefined ? [] : [driverOf(id, device)]));
  const scripted = stand.map((model) => ({ model, options: {} }));
  const loaded = await loadConfig({
    file: 'lab.json',
    text: JSON.stringify(root),
    env: {},
    transports: [],
    drivers,
    simulators: [...simulators, ...scripted.filter(({ model }) => !simulators.some((known) => known.model === model))],
  });
  if (!loaded.ok) throw new Error(`the lab cannot be set up:\n${formatProblems(loaded.problems)}`);
  return loaded.config;
}

function deviceConfig(id: string, device: LabDeviceSpec): object {
  const { model: _model, seed: _seed, simulate: _simulate, wire: _wire, ...others } = device;
  return { connection: id, ...others, driver: driverOf(id, device) };
}

function driverOf(id: string, { driver, model }: LabDeviceSpec): string {
  const name = driver ?? model;
  if (name === undefined) throw new Error(`devices.${id} needs a \`model\`, or a \`driver\` and what answers it`);
  return name;
}

function simulatorOf(id: string, device: LabDeviceSpec): LabSimulator {
  const model = device.wire === undefined ? device.model : driverOf(id, device);
  if (model !== undefined) return { ...device, model };
  throw new Error(`devices.${id} needs the \`model\` of a simulator, a \`wire\`, or a \`connection\` of the lab's`);
}

function connection(all: readonly LabSimulator[], labSeed: number): object {
  const devices = all.map(({ model, seed = labSeed, simulate }) => ({ model, seed, options: simulate ?? {} }));
  const [first] = devices;
  return { simulate: devices.length === 1 ? { ...first, via: 'memory' } : { via: 'mqtt', devices } };
}
