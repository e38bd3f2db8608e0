import { messageOf } from '../../errors.ts';
import { passedText } from '../wire/words.ts';
import type { Tap } from '../wire/tap.ts';
import { type Bench, openBench } from './bench.ts';
import type { Known } from './baseline.ts';
import { find } from './actions.ts';
import { type Direct, openDirect } from './direct.ts';
import type { Subject } from './subject.ts';

/** What is known of a driver and its simulator before anything runs. */
export interface Facts {
  readonly shape: 'bytes' | 'messages';
  readonly hasStop: boolean;
  /** The simulator can refuse in the words of its protocol. */
  readonly hasNak: boolean;
  /** The simulator shows what it is, and lets it be set. */
  readonly showsState: boolean;
  readonly hasRefused: boolean;
  /** Its answers carry one. */
  readonly hasChecksum: boolean;
  readonly hasUnsolicited: boolean;
  readonly isSelfDescribing: boolean;
  /** Something can be asked or told: a device that only talks has no commands and answers nothing. */
  readonly isAsked: boolean;
  readonly isTold: boolean;
  /** Something changes the device, and is answered. */
  readonly isAcknowledged: boolean;
  /** The simulated device tells something without being asked. */
  readonly isPushed: boolean;
}

export interface Trial {
  readonly subject: Subject;
  readonly facts: Facts;
  /** What everything does when nothing goes wrong; found out once. */
  readonly known: () => Promise<readonly Known[]>;
}

export interface Check {
  readonly name: string;
  /** Why it does not apply; undefined if it does. */
  readonly leftOut?: (facts: Facts) => string | undefined;
  readonly run: (trial: Trial) => Promise<void>;
}

/** Lines of the wire that a failure shows. */
const shown = 25;

/** Runs something on a fresh bench; what fails tells what passed on the wire last. */
export async function onBench(
  subject: Subject,
  what: string,
  body: (bench: Bench) => Promise<void>,
  ready = true,
): Promise<void> {
  const bench = await openBench(subject, ready);
  try {
    await body(bench);
  } catch (error) {
    throw told(error, what, bench.tap, subject);
  } finally {
    await bench.close().catch(() => {});
  }
}

/** The same of a driver by itself. */
export async function onDirect(
  subject: Subject,
  what: string,
  body: (direct: Direct) => Promise<void>,
  attached = true,
): Promise<void> {
  const direct = await openDirect(subject, attached);
  try {
    await body(direct);
  } catch (error) {
    throw told(error, what, direct.tap, subject);
  } finally {
    await direct.close().catch(() => {});
  }
}

function told(error: unknown, what: string, tap: Tap, { driver, seed }: Subject): Error {
  if (error instanceof NothingToCheck || error instanceof ToldError) return error;
  const lines = tap.passed.slice(-shown).map(passedText);
  const text = [`${driver.model.name}, ${what}: ${messageOf(error)} (seed ${seed})`, 'on the wire:', ...lines];
  return new ToldError(text.join('\n'), { cause: error });
}

/** It has been told where and how it failed. */
class ToldError extends Error {
  override readonly name = 'Error';
}

export function must(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what);
}

/** A check that finds nothing of what it is about has not passed; whoever knows why names it in `except`. */
export class NothingToCheck extends Error {
  override readonly name = 'NothingToCheck';
  constructor() {
    super('there is nothing to check this with; name the check in `except`, and say why');
  }
}

/** Runs for each of them; an empty list is nothing that can pass. */
export async function forEach<T>(all: readonly T[], body: (one: T) => Promise<void>): Promise<void> {
  if (all.length === 0) throw new NothingToCheck();
  for (const one of all) await body(one);
}

/** What changes something, and says so by an answer: its silence means something. */
export function isConfirmed({ action, heard, ran }: Known): boolean {
  return action.effect !== 'read' && action.confirmation !== 'sent' && heard.length > 0 && ran.outcome === 'succeeded';
}

/** What answers are for. */
export function isAnswered(known: Known): boolean {
  return (
    isConfirmed(known) ||
    (known.action.effect === 'read' && known.ran.outcome === 'succeeded' && known.heard.length > 0)
  );
}

/** How many places of one action a check tries. */
export function placesIn({ subject }: Trial): number {
  return Math.max(2, subject.samples.places ?? 24);
}

export { find } from './actions.ts';
export { spread } from './spread.ts';

/** Whether so many pieces of what it hears are all that an action needs. */
export async function isEnough({ subject }: Trial, { action }: Known, pieces: number): Promise<boolean> {
  let isOver = false;
  await onDirect(subject, action.text, async (direct) => {
    let heard = 0;
    const its = find(direct.actions, action);
    direct.tap.hearing = (piece, pass) => void (heard++ < pieces && pass(piece));
    isOver = (await direct.run(its)).returned;
  });
  return isOver;
}
