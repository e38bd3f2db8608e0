import { expect } from 'vitest';
import { model } from '../../drivers/grbl/model.ts';
import { BellcrankError, type Confirmation, validate } from '../../src/driver/index.ts';
import { makeCall } from './call.ts';
import type { GrblFace } from './grbl-face.ts';

type CommandName = keyof typeof model.commands;
type PropertyName = keyof typeof model.properties;

export interface GrblEnded {
  /** What the handler itself makes certain. */
  readonly outcome: string;
  readonly result?: unknown;
  readonly error?: unknown;
  readonly levels: readonly Confirmation[];
}

/** A command that goes on, and the ways to end it early. */
export interface Begun {
  /** Time passes for whoever waits for it. */
  readonly ended: Promise<GrblEnded>;
  readonly progress: readonly Readonly<Record<string, unknown>>[];
  abort(reason: Error): void;
  cancel(): void;
}

/** The contract erases params and calls to `never`; the driver that takes them is the one under test. */
export function begin(face: GrblFace, name: CommandName, params: unknown = {}): Begun {
  expect(validate(model.commands[name].params, params)).toEqual([]);
  const handler = face.session.commands[name];
  return beginWith(face, (call) => handler?.(params as never, call), model.commands[name].result);
}

export function beginStop(face: GrblFace): Begun {
  return beginWith(face, (call) => face.session.stop?.(call));
}

function beginWith(face: GrblFace, handler: (call: never) => Promise<unknown> | undefined, schema?: object): Begun {
  const { call, confirmed, abort } = makeCall(face.connection);
  const cancelled = new AbortController();
  const progress: Record<string, unknown>[] = [];
  const own = { ...call, cancelled: cancelled.signal, progress: (sign: object) => void progress.push({ ...sign }) };
  const levels = () => confirmed.map(({ level }) => level);
  const run = async (): Promise<GrblEnded> => {
    try {
      const result = await handler(own as never);
      if (schema !== undefined) expect(validate(schema as never, result)).toEqual([]);
      return { outcome: 'succeeded', result, levels: levels() };
    } catch (error) {
      if (!(error instanceof BellcrankError)) throw error;
      return { outcome: error.outcome ?? error.code, error, levels: levels() };
    }
  };
  const running = run();
  return {
    get ended() {
      return face.time.settled(running);
    },
    progress,
    abort,
    cancel: () => cancelled.abort(new Error('cancelled')),
  };
}

export async function command(face: GrblFace, name: CommandName, params: unknown = {}): Promise<GrblEnded> {
  return await begin(face, name, params).ended;
}

export async function read(face: GrblFace, name: PropertyName): Promise<unknown> {
  const reading = face.session.read?.[name]?.(makeCall(face.connection).call as never);
  const value = await face.time.settled(Promise.resolve(reading));
  expect(validate(model.properties[name].schema, value)).toEqual([]);
  return value;
}

export async function resync(face: GrblFace): Promise<void> {
  const resynced = face.session.resync?.(makeCall(face.connection).call as never);
  await face.time.settled(Promise.resolve(resynced));
}

/** The last value of a property that the driver told by itself. */
export function lastTold(face: GrblFace, property: PropertyName): unknown {
  return face.told.reports.findLast((report) => report.property === property)?.value;
}

export function events(face: GrblFace, name: string): readonly unknown[] {
  return face.told.events.filter(({ event }) => event === name).map(({ data }) => data);
}
