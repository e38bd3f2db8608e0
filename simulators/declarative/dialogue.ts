import { BellcrankError, type Clock } from '../../src/driver/index.ts';
import { delay } from '../../src/clock.ts';
import type { Exchange } from '../../drivers/declarative/definition/definition.ts';
import { afterOthers } from '../../drivers/declarative/session/course.ts';
import { readReply, refusalIn } from '../../drivers/declarative/session/judge.ts';
import { messageOf } from '../../drivers/declarative/session/message.ts';
import { type Fields, type Known, meaning, type Told } from '../../drivers/declarative/session/values.ts';
import { scanTemplate } from '../../drivers/declarative/template/scan.ts';
import { type Hearing, together } from './hearings.ts';
import { type Turns } from './turns.ts';
import type { Answer, Unit } from './unit.ts';

/** A message to come, and what it tells: rounded to what its template holds. */
type Prepared = readonly [Hearing, Known];

export interface Course {
  readonly signal: AbortSignal;
  /** Whether a refusal after other messages means that the command failed half-way. */
  readonly mayChange: boolean;
  /** Takes the reply that decides the whole, or why it was refused, when it comes late. */
  readonly late?: (outcome: Fields | BellcrankError) => void;
}

/** The messages of a command, each handed straight to the device and its answer judged, without a line between them. */
export class Dialogue {
  readonly #unit: Unit;
  readonly #turns: Turns;
  readonly #clock: Clock;

  constructor(unit: Unit, turns: Turns, clock: Clock) {
    this.#unit = unit;
    this.#turns = turns;
    this.#clock = clock;
  }

  /** Throws `invalid-request` for values that a message cannot tell. */
  prepare(hearings: readonly Hearing[], values: Known): readonly Prepared[] {
    return hearings.map((hearing) => [hearing, this.#held(hearing, values)]);
  }

  /** The fields of all answers. Rejects as the wire's driver would. */
  async run(prepared: readonly Prepared[], course: Course): Promise<Fields> {
    const fields: Record<string, Told> = {};
    const heard: Record<string, unknown> = {};
    for (const [index, [hearing, values]] of prepared.entries()) {
      Object.assign(heard, values);
      const late = index === prepared.length - 1 && hearing.repeat === undefined ? course.late : undefined;
      const { signal, mayChange } = course;
      const round = { signal, mayChange, before: index, ...(late !== undefined && { late }) };
      let told = await this.#turn(hearing, heard, round);
      while (told === 'not yet') {
        await delay(this.#clock, Math.max(1, hearing.repeat?.everyMs ?? 0), signal);
        told = await this.#turn(hearing, heard, round);
      }
      Object.assign(fields, told);
    }
    return fields;
  }

  async #turn(
    hearing: Hearing,
    values: Known,
    course: Course & { readonly before: number },
  ): Promise<Fields | 'not yet'> {
    const { exchange, after } = hearing;
    const isBusy = hearing.repeat !== undefined && this.#unit.behaviour.isBusy(hearing.repeat);
    const [heard, ...others] = together(this.#unit.hearings, hearing).map((one) => ({
      hearing: one,
      values,
      literalBytes: 0,
    }));
    const answers = heard === undefined ? [] : this.#unit.answer(heard, [heard, ...others]);
    const awaited = [exchange, ...after].filter(({ expect }) => expect.length > 0);
    if (awaited.length === 0) return {};
    const timeoutMs = exchange.replyTimeoutMs ?? this.#unit.definition.line.replyTimeoutMs;
    if (answers.length === 0) return await this.#turns.unanswered(timeoutMs, course.signal);
    const outcome = isBusy ? 'not yet' : judged(awaited, answers, { ...hearing.known, ...values });
    const verdict = isError(outcome) && course.mayChange ? halfWay(outcome, course.before) : outcome;
    await this.#turns.answered(
      timeoutMs,
      course.signal,
      course.late && verdict !== 'not yet' ? () => course.late?.(verdict) : undefined,
    );
    if (isError(verdict)) throw verdict;
    return verdict;
  }

  /** The values as the device gets them: rounded to what the message tells. */
  #held({ exchange, template, known }: Hearing, values: Known): Known {
    const { bytes, text } = messageOf(exchange, { ...known, ...values }, this.#unit.definition.line.outTerminator);
    const scanned = bytes === undefined ? undefined : scanTemplate(template, Buffer.from(text, 'latin1'), known);
    return { ...values, ...(scanned?.ok === true && meaning(scanned.values, exchange.fields)) };
  }
}

/** The fields of the answers, or the first one's refusal. */
function judged(awaited: readonly Exchange[], answers: readonly Answer[], known: Known): Fields | BellcrankError {
  const fields: Record<string, Told> = {};
  try {
    for (const [index, exchange] of awaited.entries()) {
      const frames = answers[index]?.frames ?? [];
      const [first] = frames;
      const refusal = first === undefined ? undefined : refusalIn(first, exchange, known);
      if (refusal !== undefined) return refusal;
      Object.assign(fields, readReply(frames, exchange, known));
    }
  } catch (error) {
    if (error instanceof BellcrankError) return error;
    throw error;
  }
  return fields;
}

function halfWay(refusal: BellcrankError, before: number): BellcrankError {
  return refusal.device === undefined || before === 0 ? refusal : afterOthers(refusal, before);
}

function isError(outcome: Fields | BellcrankError | 'not yet'): outcome is BellcrankError {
  return outcome instanceof BellcrankError;
}
