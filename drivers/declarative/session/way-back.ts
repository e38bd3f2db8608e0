import { BellcrankError, type FrameCall } from '../../../src/driver/index.ts';
import type { Definition } from '../definition/definition.ts';
import { type Question, tellingQuestion } from '../lint/telling.ts';
import { messageOf } from './message.ts';
import type { Talk } from './talk.ts';

/** A device that takes longer to answer is not asked: there must be time for silence afterwards. */
const longestAnswerMs = 1500;

/** How an exchange that is owed replies is brought back into step where no identity can do it: by asking for a property. */
export class WayBack {
  readonly #talk: Talk;
  readonly #options: Definition['options'];
  readonly #question: Question | undefined;

  constructor(definition: Definition, talk: Talk) {
    const owed = talk.unsettled;
    const mayAsk = owed.length > 0 && talk.line.replyTimeoutMs <= longestAnswerMs;
    this.#talk = talk;
    this.#options = definition.options;
    this.#question = mayAsk ? tellingQuestion(definition, owed) : undefined;
  }

  /** Whether there is a property whose reply is like none that is owed. */
  get tells(): boolean {
    return this.#question !== undefined;
  }

  /** Whether nothing older is under way any more. A device that does not say so now leaves nothing but silence. */
  async ask(call: FrameCall): Promise<boolean> {
    if (this.#question === undefined) return false;
    const { read, exchange } = this.#question;
    const known = { ...this.#options, ...read.defaults, ...read.constants };
    const message = messageOf(exchange, known, this.#talk.line.outTerminator);
    try {
      await this.#talk.probe(call, message, () => undefined);
      return true;
    } catch (error) {
      const isAnswer =
        error instanceof BellcrankError && error.code !== 'connection-lost' && error.code !== 'device-offline';
      if (call.signal.aborted || !isAnswer) throw error;
      return false;
    }
  }
}
