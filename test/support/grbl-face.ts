import { grbl } from '../../drivers/grbl/driver.ts';
import { type GrblBehaviour, type GrblSimulator, grblSimulator, type GrblWire } from '../../simulators/grbl/index.ts';
import type { WireFace } from '../../simulators/simulator.ts';
import type { AnyDriver, AnySession, ByteConnection } from '../../src/driver/index.ts';
import { makeContext, type RecordedContext } from './context.ts';
import { type SuiteTime, realTime, virtualTime } from './suite-time.ts';
import type { Link } from './supply-face.ts';

export interface GrblFaceSettings {
  /** Brings the simulated machine into a state before the driver attaches. */
  readonly prepare?: (machine: GrblBehaviour, port: GrblWire) => void;
  /** Options of the simulator. */
  readonly simulate?: object;
}

/** A session with a simulated controller, whatever lies between. */
export interface GrblFace {
  readonly session: AnySession;
  /** Null on face 1. */
  readonly connection: ByteConnection | null;
  readonly machine: GrblBehaviour;
  readonly port: GrblWire;
  readonly told: RecordedContext;
  readonly time: SuiteTime;
  close(): Promise<void>;
}

export type OpenGrblFace = (settings?: GrblFaceSettings) => Promise<GrblFace>;

/** Fast enough that no test waits long, slow enough that motions are seen. */
const quick = { travelMm: 1000, rapidMmPerMin: 120_000, homingMs: 60, pauseMs: 20, bootMs: 80 };

/** Long enough for a PTY on a loaded machine: `$$` is many small reads. */
const replyTimeoutMs = 1000;

/** Face 1: the driver contract straight on the behaviour. */
export function grblWithoutWire(): OpenGrblFace {
  return async (settings = {}) => {
    const time = virtualTime();
    const simulator = simulatorFor(settings, time);
    return await attached(simulator, simulator.driver, null, time);
  };
}

type Connect = (wire: WireFace & { shape: 'bytes' }) => Promise<Link> | Link;

/** Face 2 over a connection of the memory transport: nothing is waited for. */
export function grblOverMemory(connect: Connect): OpenGrblFace {
  return async (settings) => await overWire(connect, virtualTime(), settings);
}

/** Face 2: the real driver over a byte stream. `connect` serves the simulator's wire at the far end. */
export function grblOver(connect: Connect): OpenGrblFace {
  return async (settings) => await overWire(connect, realTime, settings);
}

async function overWire(connect: Connect, time: SuiteTime, settings: GrblFaceSettings = {}): Promise<GrblFace> {
  const simulator = simulatorFor(settings, time);
  if (simulator.wire.shape !== 'bytes') throw new Error('a controller speaks over a byte stream');
  return await attached(simulator, grbl, await connect(simulator.wire), time);
}

function simulatorFor({ prepare, simulate }: GrblFaceSettings, { clock }: SuiteTime): GrblSimulator {
  const simulator = grblSimulator.create({ clock, seed: 7, options: { ...quick, ...simulate } });
  prepare?.(simulator.behaviour, simulator.port);
  return simulator;
}

async function attached(
  simulator: GrblSimulator,
  driver: AnyDriver,
  link: Link | null,
  time: SuiteTime,
): Promise<GrblFace> {
  const told = makeContext(time.clock);
  const close = async (): Promise<void> => {
    told.end();
    simulator.close();
    await link?.near.close();
    await link?.close?.();
  };
  const connection = link?.near ?? null;
  const options = { replyTimeoutMs, bootMs: 1500, statusMs: 50 };
  try {
    const session = await time.settled(driver.attach(connection, options, told.context));
    return { session, connection, machine: simulator.behaviour, port: simulator.port, told, time, close };
  } catch (error) {
    await close();
    throw error;
  }
}
