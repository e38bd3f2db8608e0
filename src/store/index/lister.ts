import type { CommandQuery } from '../store.ts';
import { pageCharacters } from '../page-room.ts';
import { turn } from '../thread/serve.ts';
import type { IndexFile } from './index-file.ts';
import type { ListedTexts } from './work.ts';

/** Commands that a list looks at in a row: a few ms, and then whatever else waits has its turn. */
const defaultStepRows = 2000;
/** Commands that one page looks at: a filter that fits few of them gets a short page. */
const defaultPageRows = 100_000;

/** Asks the file once it knows all that is in the log. */
type Ask = <T>(question: (file: IndexFile) => T) => Promise<T>;

/** Lists one after the other and each in steps, so that a command is found at once however many lists wait. */
export class Lister {
  readonly #ask: Ask;
  readonly #stepRows: number;
  readonly #pageRows: number;
  #last: Promise<unknown> = Promise.resolve();

  constructor(ask: Ask, { stepRows = defaultStepRows, pageRows = defaultPageRows } = {}) {
    this.#ask = ask;
    this.#stepRows = stepRows;
    this.#pageRows = pageRows;
  }

  list(query: CommandQuery): Promise<ListedTexts> {
    const listed = this.#last.then(() => this.#list(query));
    this.#last = listed.catch(() => {});
    return listed;
  }

  async #list(query: CommandQuery): Promise<ListedTexts> {
    const texts: string[] = [];
    let { before } = query;
    let room = pageCharacters;
    for (let looked = 0; looked < this.#pageRows; looked += this.#stepRows) {
      await turn();
      const rest = { ...query, ...(before === undefined ? {} : { before }), limit: query.limit - texts.length };
      const left = room;
      const step = await this.#ask((file) => file.list(rest, this.#stepRows, left));
      texts.push(...step.texts);
      for (const { length } of step.texts) room -= length;
      if (step.next !== undefined) return { texts, next: step.next };
      if (step.reached === undefined) return { texts };
      before = step.reached;
    }
    return { texts, ...(before !== undefined && { next: before }) };
  }
}
