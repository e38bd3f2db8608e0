import { BellcrankError, messageOf } from '../../errors.ts';

/** Why the index cannot be used, and who hears of each change. */
export class IndexTrouble {
  readonly #onChange: (trouble: string | undefined) => void;
  #text: string | undefined;

  constructor(onChange: (trouble: string | undefined) => void) {
    this.#onChange = onChange;
  }

  get text(): string | undefined {
    return this.#text;
  }

  /** Notes how something that was asked of the index ends, and ends the same way. */
  async watch<T>(asked: Promise<T>): Promise<T> {
    try {
      const answer = await asked;
      this.#set(undefined);
      return answer;
    } catch (error) {
      // One that is overloaded or closed works.
      const isTrouble = !(error instanceof BellcrankError) || error.code === 'journal-unavailable';
      if (isTrouble) this.#set(messageOf(error));
      throw error;
    }
  }

  #set(text: string | undefined): void {
    if (this.#text === text) return;
    this.#text = text;
    this.#onChange(text);
  }
}
