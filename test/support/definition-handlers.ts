import { expect } from 'vitest';
import type { Action, Definition, Exchange } from '../../drivers/declarative/definition/definition.ts';
import { BellcrankError, type Confirmation, validate } from '../../src/driver/index.ts';
import { makeCall } from './call.ts';
import type { Face, FaceSettings } from './definition-face.ts';
import { precisionOf } from './definition-samples.ts';
import { lastOf } from './pace.ts';

/** Opens a face of the definition under test. */
export type Open = (settings?: FaceSettings) => Promise<Face>;

export interface Ended {
  readonly late: readonly unknown[];
  readonly outcome: string;
  readonly result?: unknown;
  readonly error?: unknown;
  readonly levels: readonly Confirmation[];
}

/** A handler without the runtime; the outcome is what it itself makes certain. */
export async function run(face: Face, handler: (call: never) => Promise<unknown> | undefined): Promise<Ended> {
  const { call, confirmed, late } = makeCall(face.connection);
  const levels = (): Confirmation[] => confirmed.map(({ level }) => level);
  try {
    // The contract erases calls to `never`; the driver that takes them is the one under test.
    const result = await face.pace.settled(Promise.resolve(handler(call as never)));
    return { outcome: 'succeeded', result, levels: levels(), late };
  } catch (error) {
    const outcome = error instanceof BellcrankError ? (error.outcome ?? 'not told') : 'not an error of ours';
    return { outcome, error, levels: levels(), late };
  }
}

export const command = (face: Face, name: string, params: unknown): Promise<Ended> =>
  run(face, (call) => face.session.commands[name]?.(params as never, call));
export const write = (face: Face, name: string, value: unknown): Promise<Ended> =>
  run(face, (call) => face.session.write?.[name]?.(value as never, call));
export const stop = (face: Face): Promise<Ended> => run(face, (call) => face.session.stop?.(call));

export async function read(face: Face, name: string): Promise<unknown> {
  const handler = face.session.read?.[name];
  const value: unknown = await face.pace.settled(Promise.resolve(handler?.(makeCall(face.connection).call as never)));
  expect(validate(face.definition.model.properties[name]?.schema ?? {}, value), name).toEqual([]);
  return value;
}

/** Confirmation by verification is the runtime's: a handler's own is at most `acknowledged`. */
export function levelsOf(face: Face, { steps }: Action, asksQueue = true): Confirmation[] {
  const last = steps.findLast(({ kind }) => kind !== 'wait');
  const hasReply = last?.kind === 'repeat' || (last?.kind === 'exchange' && last.expect.length > 0);
  return hasReply || (asksQueue && face.definition.errorQueue !== undefined) ? ['acknowledged'] : [];
}

/** Everything that does not move by itself. */
export function settled({ behaviour, definition }: Face): Record<string, unknown> {
  const moving = new Set(definition.simulator.relations.map(({ property }) => property));
  const names = Object.keys(definition.model.properties).filter((name) => !moving.has(name));
  return Object.fromEntries(names.map((name) => [name, behaviour.read(name)]));
}

/** What does not answer has not done it yet when the write is over. */
export async function expectSame(
  { definition, pace }: Face,
  name: string,
  told: () => Promise<unknown>,
  value: unknown,
): Promise<void> {
  const isSame = (found: unknown): boolean =>
    typeof value === 'number' && typeof found === 'number'
      ? Math.abs(found - value) <= precisionOf(definition, name)
      : found === value;
  expect(await lastOf(pace, told, isSame)).toSatisfy(isSame);
}

export function isRefusedByClause({ simulator }: Definition, on: string): boolean {
  return simulator.refuse.some((refusal) => refusal.on === on);
}

export function isAnswered(step: Action['steps'][number]): boolean {
  if (step.kind === 'wait') return false;
  const exchange: Exchange = step.kind === 'repeat' ? step.exchange : step;
  return exchange.expect.length > 0;
}
