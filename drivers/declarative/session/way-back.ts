import type { FrameCall } from '../../../src/driver/index.ts';
import type { Definition } from '../definition/definition.ts';
import { type Question, questionsOf, tellingQuestion } from '../lint/telling.ts';
import { messageOf } from './message.ts';
import type { Talk } from './talk.ts';

/** How an exchange that is owed replies is brought back into step where no identity can do it: by asking for a property. */
export class WayBack {
  readonly #talk: Talk;
  readonly #options: Definition['options'];
  readonly #telling: Question | undefined;
  readonly #question: Question | undefined;

  constructor(definition: Definition, talk: Talk) {
    const owed = talk.unsettled;
    this.#talk = talk;
    this.#options = definition.options;
    this.#telling = owed.length > 0 ? tellingQuestion(definition, owed) : undefined;
    this.#question = this.#telling ?? (owed.length > 0 ? questionsOf(definition)[0] : undefined);
  }

  /** Whether there is a property whose reply is like none that is owed. */
  get tells(): boolean {
    return this.#telling !== undefined;
  }

  /** Whether there is one at all: what is owed comes before its reply. */
  get canAsk(): boolean {
    return this.#question !== undefined;
  }

  /** Nothing older is under way after it, unless what answered may itself have been older. */
  async ask(call: FrameCall): Promise<void> {
    if (this.#question === undefined) return;
    const { read, exchange } = this.#question;
    const known = { ...this.#options, ...read.defaults, ...read.constants };
    const message = messageOf(exchange, known, this.#talk.line.outTerminator);
    await this.#talk.probe(call, message, () => undefined);
  }
}
