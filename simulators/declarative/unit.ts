import { BellcrankError, type Clock, messageOf } from '../../src/driver/index.ts';
import type {
  Definition,
  ErrorQueue,
  ErrorRule,
  Exchange,
  ReplyFraming,
  UnsolicitedRule,
} from '../../drivers/declarative/definition/definition.ts';
import type { DeviceBehaviour } from './behaviour.ts';
import type { Refused } from './refusals.ts';
import { defaultFaults, type DeviceFault, isDefault } from './device-errors.ts';
import { exampleRefusal, exampleReply } from './examples.ts';
import { acts, type Hearing, hearingsOf } from './hearings.ts';
import { type Heard, Recogniser } from './recogniser.ts';
import { Replies } from './reply.ts';

/** Frames of one reply, before their framing. */
export interface Answer {
  readonly frames: readonly Uint8Array[];
  readonly framing: ReplyFraming;
}

/** One device on a line: what it does with a message, and what it answers. */
export class Unit {
  readonly behaviour: DeviceBehaviour;
  readonly replies: Replies;
  readonly hearings: readonly Hearing[];
  readonly #recogniser: Recogniser;

  constructor(behaviour: DeviceBehaviour, clock: Clock) {
    this.behaviour = behaviour;
    this.replies = new Replies(behaviour, clock);
    this.hearings = hearingsOf(behaviour.definition);
    this.#recogniser = new Recogniser(this.hearings);
  }

  get definition(): Definition {
    return this.behaviour.definition;
  }

  knows(message: Uint8Array): boolean {
    return this.#recogniser.knows(message);
  }

  /** Does what a message says. Undefined: it is not for this device, or nothing that it understands. */
  take(message: Uint8Array): readonly Answer[] | undefined {
    const heard = this.#recogniser.hear(message);
    const [first] = heard;
    if (first === undefined) return undefined;
    // The most specific decides; of equals, what changes something (it stands first).
    return this.answer(
      heard.reduce((best, one) => (one.literalBytes > best.literalBytes ? one : best), first),
      heard,
    );
  }

  /** Does what a message means in the first place, and what it also means. */
  answer(base: Heard, heard: readonly Heard[]): readonly Answer[] {
    const refused = this.#act(base, heard);
    return this.#told(() => (refused === undefined ? this.#answers(base, heard) : this.#refuse(refused, base)));
  }

  /**
   * Says no, in the words of the definition, and does nothing. Who it is and what its error queue holds it tells all the
   * same. Undefined: it is not for this device, or there are no words for it.
   */
  refuse(message: Uint8Array): readonly Answer[] | undefined {
    const heard = this.#recogniser.hear(message);
    const [first] = heard;
    if (first === undefined) return undefined;
    const base = heard.reduce((best, one) => (one.literalBytes > best.literalBytes ? one : best), first);
    const { kind } = base.hearing.meaning;
    if (kind === 'errors' || kind === 'identify') return this.answer(base, heard);
    const answers = this.#told(() => this.#refuse({ fault: defaultFaults.outOfRange }, base));
    return answers.length > 0 || this.definition.errorQueue !== undefined ? answers : undefined;
  }

  /** The frame of something that it says unasked; undefined for what it cannot tell. */
  unasked(rule: UnsolicitedRule): Uint8Array | undefined {
    const [answer] = this.#told(() => [{ frames: [this.replies.unasked(rule)], framing: this.definition.line.reply }]);
    return answer?.frames[0];
  }

  /** A state that the templates cannot tell (too wide for them) is not told: the device says nothing, and notes it. */
  #told(answers: () => readonly Answer[]): readonly Answer[] {
    try {
      return answers();
    } catch (error) {
      if (!(error instanceof BellcrankError)) throw error;
      this.behaviour.note(messageOf(error));
      return [];
    }
  }

  /** What it says of itself when somebody connects; nothing for a device that waits to be asked. */
  greeting(): readonly Answer[] {
    const { identify } = this.definition;
    if (identify === undefined || identify.send !== undefined) return [];
    const teller = { meaning: { kind: 'identify' }, known: this.definition.options, values: {} } as const;
    return [
      { frames: this.#orStranger(() => this.replies.later(identify, teller)), framing: this.framingOf(identify) },
    ];
  }

  /** What it says when it is asked who it is, or of itself. */
  identification(): readonly Answer[] {
    const hearing = this.hearings.find(({ meaning, isDecisive }) => meaning.kind === 'identify' && isDecisive);
    if (hearing === undefined) return this.greeting();
    const heard = { hearing, values: {}, literalBytes: 0 };
    return this.answer(heard, [heard]);
  }

  /** What it answers to a message that it does not understand. */
  misunderstand(): readonly Answer[] {
    const { line, errorQueue } = this.definition;
    const fault = defaultFaults.unknownMessage;
    if (errorQueue !== undefined) this.behaviour.faults.push(told(fault, errorQueue));
    const rules = this.#generalRules();
    if (rules.length === 0) return [];
    const teller = { meaning: { kind: 'other' }, known: this.definition.options, values: {} } as const;
    const frame = this.replies.fault({ errors: rules, rewrite: [] }, teller, fault);
    return frame === undefined ? [] : [{ frames: [frame], framing: line.reply }];
  }

  /** Rules of the definition itself: they stand with every exchange. */
  #generalRules(): readonly ErrorRule[] {
    const all = this.hearings.flatMap(({ exchange }) => exchange.errors);
    return all.filter(({ path }) => path[0] === 'errors').sort((a, b) => Number(a.path[1]) - Number(b.path[1]));
  }

  #act(base: Heard, heard: readonly Heard[]): Refused | undefined {
    const { meaning } = base.hearing;
    const refused = isAct(base) ? this.behaviour.refusal(meaning, base.values) : undefined;
    if (refused !== undefined) return refused;
    // Other readings of the same message do what they do, too: a property's `OUT{value}` behind the command `OUT1`. The
    // more specific one has the last word.
    const others = heard.filter((one) => one !== base && isAct(one) && this.#makesSense(one));
    const effects = [...others.toReversed(), ...(isAct(base) ? [base] : [])].map((one) =>
      this.behaviour.effects(one.hearing.meaning, one.values),
    );
    this.behaviour.carryOut(Object.assign({}, ...effects), base.hearing.begins);
    return undefined;
  }

  #makesSense({ hearing: { meaning }, values }: Heard): boolean {
    return this.behaviour.isPossible(meaning, values);
  }

  #refuse({ fault, reply }: Refused, { hearing, values }: Heard): readonly Answer[] {
    const { exchange } = hearing;
    const { errorQueue } = this.definition;
    if (errorQueue !== undefined) this.behaviour.faults.push(told(fault, errorQueue));
    const frame =
      this.replies.fault(exchange, { ...hearing, values }, fault, reply) ??
      exampleRefusal(this.definition, hearing, fault.code);
    if (frame === undefined && exchange.expect.length > 0 && errorQueue === undefined) {
      this.behaviour.note(`nothing that it could say refuses ${exchange.path.join('.')}`);
    }
    return frame === undefined ? [] : [{ frames: [frame], framing: this.framingOf(exchange) }];
  }

  #answers(base: Heard, heard: readonly Heard[]): readonly Answer[] {
    const { exchange, after } = base.hearing;
    const answers = [{ frames: this.#frames(base, heard), framing: this.framingOf(exchange) }];
    for (const next of after)
      answers.push({
        frames: this.replies.later(next, { ...base.hearing, values: base.values }),
        framing: this.framingOf(next),
      });
    return answers.filter(({ frames }) => frames.length > 0);
  }

  #frames(base: Heard, heard: readonly Heard[]): readonly Uint8Array[] {
    const { kind } = base.hearing.meaning;
    if (kind === 'identify') return this.#identity(base, heard);
    if (kind !== 'errors') return this.printed(base, heard);
    return this.replies.queueEntry(base, this.behaviour.faults.next());
  }

  /** What no template prints (a regular expression) the manual's example tells. */
  printed(base: Heard, heard: readonly Heard[]): readonly Uint8Array[] {
    try {
      return this.replies.frames(base, heard);
    } catch (error) {
      const example = exampleReply(this.definition, base.hearing);
      if (example === undefined) throw error;
      return example;
    }
  }

  #identity(base: Heard, heard: readonly Heard[]): readonly Uint8Array[] {
    const { expect } = base.hearing.exchange;
    const hasUnnamed = expect.some(({ parts }) =>
      parts.some((part) => part.kind === 'field' && part.name === undefined),
    );
    // What nobody reads stands in the manual at least.
    const example = hasUnnamed ? exampleReply(this.definition, base.hearing) : undefined;
    return this.#orStranger(() => example ?? this.printed(base, heard));
  }

  #orStranger(frames: () => readonly Uint8Array[]): readonly Uint8Array[] {
    const { stranger } = this.behaviour;
    return stranger === undefined ? frames() : [stranger];
  }

  framingOf({ reply = this.definition.line.reply }: Exchange): ReplyFraming {
    return reply;
  }
}

function isAct({ hearing }: Heard): boolean {
  return acts(hearing) && hearing.isDecisive;
}

/** A fault that the simulator chose, as one of the codes that the device is known to have. */
function told(fault: DeviceFault, { texts }: ErrorQueue): DeviceFault {
  const [own] = Object.entries(texts);
  if (!isDefault(fault) || own === undefined || fault.code in texts) return fault;
  return { code: own[0], text: own[1] };
}
