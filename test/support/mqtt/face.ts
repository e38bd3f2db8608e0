import type { Simulator, SimulatorKind } from '../../../simulators/simulator.ts';
import type { RunningFarClient } from '../../../simulators/wire/far-client.ts';
import type { AnyDriver, AnySession, MessageConnection } from '../../../src/driver/index.ts';
import { VirtualClock } from '../../../src/testing/virtual-clock.ts';
import {
  messageCall,
  readProperty,
  recordingContext,
  runCommand,
  sharedOn,
  type TestCall,
  type Told,
} from '../message-call.ts';
import type { Broker } from './bench.ts';
import { type Mute, servedWithFaults } from './faults.ts';

/** A session on one face of a simulated device, without the runtime, and the device to steer. */
export interface Face<S extends Simulator> {
  readonly session: AnySession;
  readonly simulator: S;
  readonly told: Told;
  /** Of the driver and of the device. I/O under it is real where the face has some, so tests await conditions. */
  readonly clock: VirtualClock;
  /** Null on face 1. */
  readonly connection: MessageConnection | null;
  /** Undefined on face 1: there is no wire that could lose what it says. */
  readonly mute: Mute | undefined;
  call(settings?: { dryRun?: boolean }): TestCall;
  run(command: string, params: unknown, call?: TestCall): Promise<unknown>;
  write(property: string, value: unknown, call?: TestCall): Promise<unknown>;
  read(property: string): Promise<unknown>;
  stop(call: TestCall): Promise<void>;
  resync(): Promise<void>;
  close(): Promise<void>;
}

export interface FaceOptions<S extends Simulator> {
  readonly kind: Omit<SimulatorKind, 'create'> & { create(settings: Parameters<SimulatorKind['create']>[0]): S };
  readonly driver: AnyDriver;
  readonly simulator: unknown;
  readonly options: unknown;
}

/** Face 1: the driver straight on the behaviour. */
export async function withoutWire<S extends Simulator>(of: FaceOptions<S>): Promise<Face<S>> {
  const clock = new VirtualClock();
  const simulator = of.kind.create({ clock, seed: 1, options: of.simulator });
  const { context, told } = recordingContext(clock);
  const session = await simulator.driver.attach(null, of.options, context);
  return faceOf({ session, simulator, told, clock, connection: null, mute: undefined }, async () => simulator.close());
}

/** Face 2: driver and device as two clients of a broker. */
export async function overBroker<S extends Simulator>(of: FaceOptions<S>, broker: Broker): Promise<Face<S>> {
  const clock = new VirtualClock();
  const simulator = of.kind.create({ clock, seed: 1, options: of.simulator });
  const connection = await broker.connect();
  const far: RunningFarClient = await broker.device(simulator);
  const mute = servedWithFaults(simulator, far, clock);
  const { context, told } = recordingContext(clock, undefined, sharedOn(connection, clock));
  const session = await of.driver.attach(connection, of.options, context);
  return faceOf({ session, simulator, told, clock, connection, mute }, async () => {
    simulator.close();
    await Promise.all([connection.close(), far.close()]);
  });
}

type Parts<S extends Simulator> = Pick<Face<S>, 'session' | 'simulator' | 'told' | 'clock' | 'connection' | 'mute'>;

function faceOf<S extends Simulator>(parts: Parts<S>, close: () => Promise<void>): Face<S> {
  const { session, clock, connection } = parts;
  const call: Face<S>['call'] = (settings) => messageCall({ connection, clock, ...settings });
  return {
    ...parts,
    call,
    run: (command, params, its = call()) => runCommand(session, command, params, its),
    // Erased handlers take `never`; the test passes what the schema allows.
    async write(property, value, its = call()) {
      const write = session.write?.[property];
      if (write === undefined) throw new Error(`the session cannot write ${property}`);
      return await write(value as never, its.call as never);
    },
    read: (property) => readProperty(session, property, call()),
    stop: async (its) => await session.stop?.(its.call as never),
    resync: async () => await session.resync?.(call().call as never),
    close,
  };
}
