import { definitionDriver } from '../../drivers/declarative/driver.ts';
import type { Definition, DefinitionSource } from '../../drivers/declarative/definition/definition.ts';
import type { AnyDriver, AnySession, ByteConnection } from '../../src/driver/index.ts';
import {
  type DefinitionSimulator,
  definitionSimulator,
  type DeviceBehaviour,
} from '../../simulators/declarative/index.ts';
import type { WireFace } from '../../simulators/simulator.ts';
import { makeCall } from './call.ts';
import { makeContext, type RecordedContext } from './context.ts';
import { hurried, throughKernel } from './definition-hurry.ts';
import { type Pace, realTime, virtualTime } from './pace.ts';

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
  readonly pace: Pace;
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
  const begun = begin(subject.source, subject, settings, virtualTime());
  return await attached(begun, begun.simulator.driver, null, settings);
};

/** Face 2 over a connection of the memory transport: no time but the clock's own passes. */
export function definedOverMemory(connect: Connect): OpenFace {
  return definedOver(connect, virtualTime, (source) => source);
}

/** Face 2: the definition's driver over a byte stream. `connect` serves the simulator's wire at the far end. */
export function definedOver(
  connect: Connect,
  pace = (): Pace => realTime,
  cut = (source: DefinitionSource): DefinitionSource => hurried(source, throughKernel),
): OpenFace {
  return async (subject, settings = {}) => {
    const source = cut(subject.source);
    const begun = begin(source, subject, settings, pace());
    const { wire } = begun.simulator;
    if (wire.shape !== 'bytes') throw new Error('a defined device speaks over a byte stream');
    return await attached(begun, definitionDriver(source), await connect(wire), settings);
  };
}

interface Begun {
  readonly simulator: DefinitionSimulator;
  readonly options: Readonly<Record<string, unknown>>;
  readonly pace: Pace;
}

function begin(source: DefinitionSource, { options: own }: Subject, { options }: FaceSettings, pace: Pace): Begun {
  const all = { ...own, ...options };
  const simulator = definitionSimulator(source).create({ clock: pace.clock, seed: 7, options: all });
  return { simulator, options: all, pace };
}

async function attached(
  { simulator, options, pace }: Begun,
  driver: AnyDriver,
  link: Link | null,
  { prepare }: FaceSettings,
): Promise<Face> {
  const told = makeContext(pace.clock);
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
    const session = await pace.settled(driver.attach(connection, options, told.context));
    await pace.settled(session.init?.(makeCall(connection).call as never) ?? Promise.resolve());
    return { session, connection, simulator, behaviour, definition: behaviour.definition, told, pace, close };
  } catch (error) {
    await close();
    throw error;
  }
}
