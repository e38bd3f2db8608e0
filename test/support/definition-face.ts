import { definitionDriver } from '../../drivers/declarative/driver.ts';
import type { Definition, DefinitionSource } from '../../drivers/declarative/definition/definition.ts';
import { systemClock } from '../../src/clock.ts';
import type { AnyDriver, AnySession, ByteConnection } from '../../src/driver/index.ts';
import {
  type DefinitionSimulator,
  definitionSimulator,
  type DeviceBehaviour,
} from '../../simulators/declarative/index.ts';
import type { WireFace } from '../../simulators/simulator.ts';
import { makeCall } from './call.ts';
import { makeContext, type RecordedContext } from './context.ts';
import { hurried, inMemory, throughKernel } from './definition-hurry.ts';

/** What the suite runs over: a definition, for one instance of it. */
export interface Subject {
  readonly source: DefinitionSource;
  readonly options?: Readonly<Record<string, unknown>>;
  /** What another device says when it is asked who it is; without delimiters or a terminator. */
  readonly stranger?: Uint8Array;
}

export interface FaceSettings {
  /** Brings the simulated device into a state before the driver attaches. */
  readonly prepare?: (behaviour: DeviceBehaviour) => void;
  /** Over those of the subject, for the driver and the simulator alike. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** A session with a simulated device, whatever lies between. */
export interface Face {
  readonly session: AnySession;
  /** Null on face 1. */
  readonly connection: ByteConnection | null;
  readonly simulator: DefinitionSimulator;
  readonly behaviour: DeviceBehaviour;
  readonly definition: Definition;
  readonly told: RecordedContext;
  close(): Promise<void>;
}

export type OpenFace = (subject: Subject, settings?: FaceSettings) => Promise<Face>;

/** What a transport gives once the simulator is served at its far end. */
export interface Link {
  readonly near: ByteConnection;
  /** Releases what closing `near` does not. */
  close?(): Promise<void>;
}

export type Connect = (wire: WireFace & { shape: 'bytes' }) => Promise<Link> | Link;

/** Face 1: the driver contract straight on the behaviour. */
export const definedWithoutWire: OpenFace = async (subject, settings = {}) => {
  const { simulator, options } = begun(subject, settings, inMemory);
  return await attached(simulator, simulator.driver, null, options, settings);
};

/** Face 2 over a connection of the memory transport. */
export function definedOverMemory(connect: Connect): OpenFace {
  return definedOver(connect, inMemory);
}

/** Face 2: the definition's driver over a byte stream. `connect` serves the simulator's wire at the far end. */
export function definedOver(connect: Connect, limits = throughKernel): OpenFace {
  return async (subject, settings = {}) => {
    const { simulator, source, options } = begun(subject, settings, limits);
    if (simulator.wire.shape !== 'bytes') throw new Error('a defined device speaks over a byte stream');
    const link = await connect(simulator.wire);
    return await attached(simulator, definitionDriver(source), link, options, settings);
  };
}

function begun(
  { source: given, options: own }: Subject,
  { options }: FaceSettings,
  limits: Parameters<typeof hurried>[1],
) {
  const source = hurried(given, limits);
  const all = { ...own, ...options };
  const simulator = definitionSimulator(source).create({ clock: systemClock, seed: 7, options: all });
  return { source, simulator, options: all };
}

async function attached(
  simulator: DefinitionSimulator,
  driver: AnyDriver,
  link: Link | null,
  options: Readonly<Record<string, unknown>>,
  { prepare }: FaceSettings,
): Promise<Face> {
  const told = makeContext();
  const { behaviour } = simulator;
  prepare?.(behaviour);
  const close = async (): Promise<void> => {
    told.end();
    simulator.close();
    await link?.near.close();
    await link?.close?.();
  };
  const connection = link?.near ?? null;
  try {
    const session = await driver.attach(connection, options, told.context);
    await session.init?.(makeCall(connection).call as never);
    return { session, connection, simulator, behaviour, definition: behaviour.definition, told, close };
  } catch (error) {
    await close();
    throw error;
  }
}
