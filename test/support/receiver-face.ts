import { nmea0183 } from '../../drivers/nmea0183/driver.ts';
import { model, type PropertyName } from '../../drivers/nmea0183/model.ts';
import { nmea0183Simulator, type ReceiverSimulator } from '../../simulators/nmea0183/index.ts';
import type { WireFace } from '../../simulators/simulator.ts';
import { type Clock, systemClock } from '../../src/clock.ts';
import { type AnyDriver, type ByteConnection, validate } from '../../src/driver/index.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { makeContext, type RecordedContext } from './context.ts';

export interface ReceiverFaceSettings {
  /** The simulator's options. */
  readonly simulate?: object;
  readonly prepare?: (simulator: ReceiverSimulator) => void;
}

/** A session with a simulated receiver, whatever lies between. */
export interface ReceiverFace {
  readonly behaviour: ReceiverSimulator['behaviour'];
  readonly told: RecordedContext;
  readonly silenceMs: number;
  /** The property's last valid value, or undefined while it is not known. */
  value(property: PropertyName): unknown;
  /** Lets time pass until the condition holds. */
  until(condition: () => boolean, withinMs?: number): Promise<void>;
  close(): Promise<void>;
}

export type OpenReceiver = (settings?: ReceiverFaceSettings) => Promise<ReceiverFace>;

export interface ReceiverLink {
  readonly near: ByteConnection;
  close?(): Promise<void>;
}

type Connect = (wire: WireFace & { shape: 'bytes' }) => Promise<ReceiverLink> | ReceiverLink;

/** Face 1: the driver contract straight on the behaviour, on a virtual clock. */
export const receiverWithoutWire: OpenReceiver = (settings = {}) => {
  const clock = new VirtualClock();
  const simulator = simulatorFor(clock, settings);
  return attached(simulator, simulator.driver, null, clock);
};

/** Face 2 over a wire in memory, on a virtual clock. */
export function receiverOverMemory(connect: Connect): OpenReceiver {
  return receiverOver(connect, () => new VirtualClock());
}

/** Face 2: the real driver over a byte stream. */
export function receiverOver(connect: Connect, makeClock: () => Clock = () => systemClock): OpenReceiver {
  return async (settings = {}) => {
    const clock = makeClock();
    const simulator = simulatorFor(clock, settings);
    if (simulator.wire.shape !== 'bytes') throw new Error('a receiver speaks over a byte stream');
    return await attached(simulator, nmea0183, await connect(simulator.wire), clock);
  };
}

const rateHz = 10;

function simulatorFor(clock: Clock, { simulate = {}, prepare }: ReceiverFaceSettings): ReceiverSimulator {
  const simulator = nmea0183Simulator.create({ clock, seed: 11, options: { rateHz, ...simulate } });
  prepare?.(simulator);
  return simulator;
}

async function attached(
  simulator: ReceiverSimulator,
  driver: AnyDriver,
  link: ReceiverLink | null,
  clock: Clock,
): Promise<ReceiverFace> {
  const told = makeContext(clock);
  const known = new Map<string, unknown>();
  const wrong: string[] = [];
  const { report, lost } = told.context;
  Object.assign(told.context, {
    report: (property: PropertyName, value: unknown) => {
      wrong.push(...validate(model.properties[property].schema, value).map(({ detail }) => `${property} ${detail}`));
      known.set(property, value);
      report(property, value);
    },
    lost: (property: PropertyName, why: string) => {
      known.delete(property);
      lost(property, why);
    },
  });
  const close = async (): Promise<void> => {
    told.end();
    simulator.close();
    await link?.near.close();
    await link?.close?.();
    if (wrong.length > 0) throw new Error(`values that are not valid: ${wrong.slice(0, 5).join(', ')}`);
  };
  // On the real clock a loaded machine must not pass for a silent receiver.
  const silenceMs = clock instanceof VirtualClock ? 500 : 2000;
  const attaching = driver.attach(link?.near ?? null, { silenceMs }, told.context);
  try {
    await until(clock, settledOf(attaching), 10_000);
    await attaching;
  } catch (error) {
    await close();
    throw error;
  }
  const value = (property: PropertyName): unknown => known.get(property);
  const waiting = (condition: () => boolean, withinMs = 5000): Promise<void> => until(clock, condition, withinMs);
  return { behaviour: simulator.behaviour, told, silenceMs, value, until: waiting, close };
}

function settledOf(promise: Promise<unknown>): () => boolean {
  let settled = false;
  const settle = (): void => void (settled = true);
  promise.then(settle, settle);
  return () => settled;
}

async function until(clock: Clock, condition: () => boolean, withinMs: number): Promise<void> {
  const end = clock.monotonic() + withinMs;
  while (!condition()) {
    if (clock.monotonic() > end) throw new Error('it did not happen');
    if (clock instanceof VirtualClock) await clock.advance(10);
    else await new Promise<void>((resolve) => clock.timer(5, resolve));
  }
}
