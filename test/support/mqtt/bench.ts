import { trusted } from '../../../src/access/caller.ts';
import { onTestFinished } from 'vitest';
import type { Simulator } from '../../../simulators/simulator.ts';
import type { RunningFarClient } from '../../../simulators/wire/far-client.ts';
import type { FaultInjector } from '../../../simulators/wire/faults/injector.ts';
import { Control } from '../../../src/command/control.ts';
import type { Device } from '../../../src/device/device.ts';
import { Registry } from '../../../src/device/registry.ts';
import { BellcrankError, type MessageConnection } from '../../../src/driver/index.ts';
import { MemoryStore } from '../../../src/store/memory.ts';
import { randomBytes } from 'node:crypto';
import { quickLimits } from '../live.ts';
import { silentLog } from '../rig.ts';
import type { SuiteTime } from '../suite-time.ts';
import type { Dialect, Steering } from './dialect.ts';
import { injectedInto, type Mute, muteOf } from './faults.ts';
import { TappedConnection } from './tapped.ts';

/** Two clients of one broker: ours, and the device's. */
export interface Broker {
  readonly time: SuiteTime;
  connect(): Promise<MessageConnection>;
  device(simulator: Simulator): Promise<RunningFarClient>;
}

export interface BenchDevice {
  readonly id: string;
  readonly device: Device;
  /** Between it and the broker. */
  readonly faults: FaultInjector;
  readonly mute: Mute;
  readonly steering: Steering;
  readonly simulator: Simulator;
}

let benches = 0;

/** The runtime, a broker, and simulated devices of one dialect on it. */
export async function bench(dialect: Dialect, broker: Broker, count = 1) {
  const { time } = broker;
  const { clock } = time;
  const unique = `u${process.pid}x${++benches}`;
  let tap: TappedConnection | undefined;
  const registry = new Registry({
    drivers: [dialect.driver],
    clock,
    random: () => 0.5,
    log: silentLog,
    limits: quickLimits,
    maxDevices: 1000,
    observe: (event) => control.observed(event),
  });
  const control = new Control({
    registry,
    store: new MemoryStore(1000),
    clock,
    log: silentLog,
    randomBytes,
    observe: () => {},
    observeLease: () => {},
    interlocks: [],
  });
  registry.addConnection('broker', {
    transport: 'mqtt',
    shape: 'messages',
    label: 'broker',
    simulated: true,
    open: async () => (tap = new TappedConnection(await broker.connect())),
  });
  const shutdown = new BellcrankError('shutting-down', 'the test is over', { reason: 'shutdown' });
  onTestFinished(async () => {
    control.close();
    await time.settled(registry.close(shutdown));
  });
  const devices: BenchDevice[] = [];
  /** Puts one more device on the broker, and attaches it. */
  const add = async (): Promise<BenchDevice> => {
    const id = `${unique}n${devices.length}`;
    const options = dialect.device(id);
    const simulator = dialect.kind.create({ clock, seed: 1, options: options.simulator });
    const client = await broker.device(simulator);
    onTestFinished(async () => {
      simulator.close();
      await client.close();
    });
    const faults = injectedInto(simulator, client, clock);
    const device = registry.add({
      id,
      connection: 'broker',
      driver: dialect.driver.model.name,
      options: options.driver,
      labels: {},
      restrictions: {},
      enabled: true,
      managedBy: 'api',
    });
    const added = { id, device, simulator, faults, mute: muteOf(faults), steering: dialect.steer(simulator) };
    devices.push(added);
    return added;
  };
  for (let made = 0; made < count; made++) await add();
  /** The promise of what comes of it; time does not pass for it by itself. */
  const submit = ({ id }: BenchDevice, value: unknown) => {
    const { command, param = 'value' } = dialect.set;
    return control.pipeline.submit({ device: id, command, params: { [param]: value }, caller: trusted('test') });
  };
  return {
    unique,
    time,
    registry,
    control,
    devices,
    add,
    get tap(): TappedConnection {
      if (tap === undefined) throw new Error('the connection was never open');
      return tap;
    },
    submit,
    set: async (lamp: BenchDevice, value: unknown) => await time.settled(submit(lamp, value)),
  };
}

export type Bench = Awaited<ReturnType<typeof bench>>;
