import { modbusDriver, oven } from '../../drivers/modbus/index.ts';
import { ovenSimulator } from '../../simulators/modbus/index.ts';
import type { WireFace } from '../../simulators/simulator.ts';
import { systemClock } from '../../src/clock.ts';
import type { AnyDriver, AnySession, ByteConnection } from '../../src/driver/index.ts';
import { makeContext, type RecordedContext } from './context.ts';

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

/** Where nothing but the event loop can be late. */
const inMemoryMs = 80;

/** Long enough for a PTY or a socket on a loaded machine. */
const throughKernelMs = 300;

export const ovenUnit = 7;

/** Face 1: the driver contract straight on the registers. */
export function ovenWithoutWire(): OpenFace {
  return (settings = {}) => {
    const simulator = simulatorFor(settings);
    return attached(simulator, simulator.driver, null, settings, { replyTimeoutMs: inMemoryMs });
  };
}

type Connect = (wire: WireFace & { shape: 'bytes' }) => Promise<Link> | Link;

/** Face 2 over a connection of the memory transport. */
export function ovenOverMemory(framing: 'rtu' | 'mbap', connect: Connect): OpenFace {
  return ovenOver(framing, connect, inMemoryMs);
}

/** Face 2: the real driver over a byte stream. `connect` serves the simulator's wire at the far end. */
export function ovenOver(framing: 'rtu' | 'mbap', connect: Connect, replyTimeoutMs = throughKernelMs): OpenFace {
  return async (settings = {}) => {
    const simulator = simulatorFor(settings);
    if (simulator.wire.shape !== 'bytes') throw new Error('an oven speaks over a byte stream');
    const link = await connect(simulator.wire);
    return await attached(simulator, modbusDriver(oven), link, settings, { replyTimeoutMs, framing });
  };
}

function simulatorFor({ prepare }: FaceSettings): OvenSimulator {
  const units = [{ unit: ovenUnit, device: { timeConstantSeconds: 0.5 } }];
  const simulator = ovenSimulator.create({ clock: systemClock, seed: 7, options: { units } });
  prepare?.(simulator);
  return simulator;
}

async function attached(
  simulator: OvenSimulator,
  driver: AnyDriver,
  link: Link | null,
  { unit = ovenUnit }: FaceSettings,
  options: { readonly replyTimeoutMs: number; readonly framing?: 'rtu' | 'mbap' },
): Promise<Face> {
  const told = makeContext();
  const close = async (): Promise<void> => {
    told.end();
    simulator.close();
    await link?.near.close();
    await link?.close?.();
  };
  const connection = link?.near ?? null;
  try {
    const session = await driver.attach(connection, { unit, ...options }, told.context);
    return { session, connection, simulator, told, replyTimeoutMs: options.replyTimeoutMs, close };
  } catch (error) {
    await close();
    throw error;
  }
}
