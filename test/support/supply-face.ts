import { scpiSupply } from '../../drivers/scpi-supply/driver.ts';
import { systemClock } from '../../src/clock.ts';
import type { AnyDriver, AnySession, ByteConnection } from '../../src/driver/index.ts';
import { scpiSupplySimulator, type SupplyBehaviour, type SupplySimulator } from '../../simulators/scpi-supply/index.ts';
import type { WireFace } from '../../simulators/simulator.ts';
import { makeCall } from './call.ts';
import { makeContext, type RecordedContext } from './context.ts';

export interface FaceSettings {
  /** Brings the simulated supply into a state before the driver attaches. */
  readonly prepare?: (behaviour: SupplyBehaviour) => void;
  /** The driver's `identity` option. */
  readonly identity?: string;
}

/** A session with a simulated supply, whatever lies between. */
export interface Face {
  readonly session: AnySession;
  /** Null on face 1. */
  readonly connection: ByteConnection | null;
  readonly behaviour: SupplyBehaviour;
  readonly told: RecordedContext;
  /** The driver's reply timeout. */
  readonly replyTimeoutMs: number;
  close(): Promise<void>;
}

export type OpenFace = (settings?: FaceSettings) => Promise<Face>;

/** What a transport gives once the simulator is served at its far end. */
export interface Link {
  readonly near: ByteConnection;
  /** Releases what closing `near` does not. */
  close?(): Promise<void>;
}

/** Where nothing but the event loop can be late. */
const inMemoryMs = 80;

/** Long enough for a PTY or a socket on a loaded machine. */
const throughKernelMs = 300;

/** Face 1: the driver contract straight on the behaviour. */
export function supplyWithoutWire(): OpenFace {
  return (settings = {}) => {
    const simulator = simulatorFor(settings);
    return attached(simulator, simulator.driver, null, settings, inMemoryMs);
  };
}

type Connect = (wire: WireFace & { shape: 'bytes' }) => Promise<Link> | Link;

/** Face 2 over a connection of the memory transport. */
export function supplyOverMemory(connect: Connect, driver?: AnyDriver): OpenFace {
  return supplyOver(connect, driver, inMemoryMs);
}

/** Face 2: a real driver over a byte stream. `connect` serves the simulator's wire at the far end. */
export function supplyOver(connect: Connect, driver = scpiSupply, replyTimeoutMs = throughKernelMs): OpenFace {
  return async (settings = {}) => {
    const simulator = simulatorFor(settings);
    if (simulator.wire.shape !== 'bytes') throw new Error('a supply speaks over a byte stream');
    return await attached(simulator, driver, await connect(simulator.wire), settings, replyTimeoutMs);
  };
}

function simulatorFor({ prepare }: FaceSettings): SupplySimulator {
  const options = { slewVoltsPerSecond: 50 };
  const simulator = scpiSupplySimulator.create({ clock: systemClock, seed: 7, options });
  prepare?.(simulator.behaviour);
  return simulator;
}

async function attached(
  simulator: SupplySimulator,
  driver: AnyDriver,
  link: Link | null,
  { identity }: FaceSettings,
  replyTimeoutMs: number,
): Promise<Face> {
  const told = makeContext();
  const close = async (): Promise<void> => {
    told.end();
    simulator.close();
    await link?.near.close();
    await link?.close?.();
  };
  const options = identity === undefined ? { replyTimeoutMs } : { replyTimeoutMs, identity };
  const connection = link?.near ?? null;
  try {
    const session = await driver.attach(connection, options, told.context);
    await session.init?.(makeCall(connection).call as never);
    return { session, connection, behaviour: simulator.behaviour, told, replyTimeoutMs, close };
  } catch (error) {
    await close();
    throw error;
  }
}
