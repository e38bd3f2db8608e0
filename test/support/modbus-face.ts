import { modbusDriver, oven } from '../../drivers/modbus/index.ts';
import { ovenSimulator } from '../../simulators/modbus/index.ts';
import type { WireFace } from '../../simulators/simulator.ts';
import type { AnyDriver, AnySession, ByteConnection } from '../../src/driver/index.ts';
import { makeContext, type RecordedContext } from './context.ts';
import { type Pace, realTime, virtualTime } from './pace.ts';

export type OvenSimulator = ReturnType<typeof ovenSimulator.create>;

/** A session with a simulated oven, whatever lies between. */
export interface Face {
  readonly session: AnySession;
  /** Null on face 1. */
  readonly connection: ByteConnection | null;
  readonly simulator: OvenSimulator;
  readonly told: RecordedContext;
  /** The driver's reply timeout. */
  readonly replyTimeoutMs: number;
  /** How long after it a late reply comes. */
  readonly lateMs: number;
  readonly pace: Pace;
  close(): Promise<void>;
}

export interface FaceSettings {
  /** Brings the oven into a state before the driver attaches. */
  readonly prepare?: (simulator: OvenSimulator) => void;
  /** The address that the driver asks; the oven has 7. */
  readonly unit?: number;
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

export const ovenUnit = 7;

/** Face 1: the driver contract straight on the registers. */
export function ovenWithoutWire(): OpenFace {
  return (settings = {}) => {
    const pace = virtualTime();
    const simulator = simulatorFor(settings, pace);
    return attached(simulator, simulator.driver, null, settings, {}, { ...inMemory, pace });
  };
}

type Connect = (wire: WireFace & { shape: 'bytes' }) => Promise<Link> | Link;

/** Face 2 over a connection of the memory transport. */
export function ovenOverMemory(framing: 'rtu' | 'mbap', connect: Connect): OpenFace {
  return ovenOver(framing, connect, inMemory);
}

/** Face 2: the real driver over a byte stream. `connect` serves the simulator's wire at the far end. */
export function ovenOver(framing: 'rtu' | 'mbap', connect: Connect, times = throughKernel): OpenFace {
  return async (settings = {}) => {
    const pace = times.paceOf();
    const simulator = simulatorFor(settings, pace);
    if (simulator.wire.shape !== 'bytes') throw new Error('an oven speaks over a byte stream');
    const link = await connect(simulator.wire);
    return await attached(simulator, modbusDriver(oven), link, settings, { framing }, { ...times, pace });
  };
}

function simulatorFor({ prepare }: FaceSettings, { clock }: Pace): OvenSimulator {
  // More than a kelvin in the first step, and never beyond the setpoint, where the heater would be off.
  const units = [{ unit: ovenUnit, device: { timeConstantSeconds: 20 } }];
  const simulator = ovenSimulator.create({ clock, seed: 7, options: { units } });
  prepare?.(simulator);
  return simulator;
}

async function attached(
  simulator: OvenSimulator,
  driver: AnyDriver,
  link: Link | null,
  { unit = ovenUnit }: FaceSettings,
  options: { readonly framing?: 'rtu' | 'mbap' },
  { replyTimeoutMs, lateMs, pace }: Pick<Face, 'replyTimeoutMs' | 'lateMs' | 'pace'>,
): Promise<Face> {
  const told = makeContext(pace.clock);
  const close = async (): Promise<void> => {
    told.end();
    simulator.close();
    await link?.near.close();
    await link?.close?.();
  };
  const connection = link?.near ?? null;
  try {
    const attaching = driver.attach(connection, { unit, replyTimeoutMs, ...options }, told.context);
    const session = await pace.settled(attaching);
    return { session, connection, simulator, told, replyTimeoutMs, lateMs, pace, close };
  } catch (error) {
    await close();
    throw error;
  }
}
