import { scpiSupply } from '../../drivers/scpi-supply/driver.ts';
import type { AnyDriver, AnySession, ByteConnection } from '../../src/driver/index.ts';
import { scpiSupplySimulator, type SupplyBehaviour, type SupplySimulator } from '../../simulators/scpi-supply/index.ts';
import type { WireFace } from '../../simulators/simulator.ts';
import { makeCall } from './call.ts';
import { makeContext, type RecordedContext } from './context.ts';
import { type Pace, realTime, virtualTime } from './pace.ts';

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
  /** How long after it a late reply comes. */
  readonly lateMs: number;
  readonly pace: Pace;
  close(): Promise<void>;
}

export type OpenFace = (settings?: FaceSettings) => Promise<Face>;

/** What a transport gives once the simulator is served at its far end. */
export interface Link {
  readonly near: ByteConnection;
  /** Releases what closing `near` does not. */
  close?(): Promise<void>;
}

interface Times extends Pick<Face, 'replyTimeoutMs' | 'lateMs'> {
  readonly paceOf: () => Pace;
}

/** No time but the clock's own passes. */
const inMemory: Times = { replyTimeoutMs: 80, lateMs: 60, paceOf: virtualTime };

/** Long enough for a PTY or a socket on a loaded machine. */
const throughKernel: Times = { replyTimeoutMs: 600, lateMs: 200, paceOf: () => realTime };

/** Face 1: the driver contract straight on the behaviour. */
export function supplyWithoutWire(): OpenFace {
  return (settings = {}) => {
    const pace = virtualTime();
    const simulator = simulatorFor(settings, pace);
    return attached(simulator, simulator.driver, null, settings, { ...inMemory, pace });
  };
}

type Connect = (wire: WireFace & { shape: 'bytes' }) => Promise<Link> | Link;

/** Face 2 over a connection of the memory transport. */
export function supplyOverMemory(connect: Connect, driver?: AnyDriver): OpenFace {
  return supplyOver(connect, driver, inMemory);
}

/** Face 2: a real driver over a byte stream. `connect` serves the simulator's wire at the far end. */
export function supplyOver(connect: Connect, driver = scpiSupply, times = throughKernel): OpenFace {
  return async (settings = {}) => {
    const pace = times.paceOf();
    const simulator = simulatorFor(settings, pace);
    if (simulator.wire.shape !== 'bytes') throw new Error('a supply speaks over a byte stream');
    return await attached(simulator, driver, await connect(simulator.wire), settings, { ...times, pace });
  };
}

function simulatorFor({ prepare }: FaceSettings, { clock }: Pace): SupplySimulator {
  const options = { slewVoltsPerSecond: 50 };
  const simulator = scpiSupplySimulator.create({ clock, seed: 7, options });
  prepare?.(simulator.behaviour);
  return simulator;
}

async function attached(
  simulator: SupplySimulator,
  driver: AnyDriver,
  link: Link | null,
  { identity }: FaceSettings,
  { replyTimeoutMs, lateMs, pace }: Pick<Face, 'replyTimeoutMs' | 'lateMs' | 'pace'>,
): Promise<Face> {
  const told = makeContext(pace.clock);
  const close = async (): Promise<void> => {
    told.end();
    simulator.close();
    await link?.near.close();
    await link?.close?.();
  };
  const options = identity === undefined ? { replyTimeoutMs } : { replyTimeoutMs, identity };
  const connection = link?.near ?? null;
  try {
    const session = await pace.settled(driver.attach(connection, options, told.context));
    await pace.settled(session.init?.(makeCall(connection).call as never) ?? Promise.resolve());
    return { session, connection, behaviour: simulator.behaviour, told, replyTimeoutMs, lateMs, pace, close };
  } catch (error) {
    await close();
    throw error;
  }
}
