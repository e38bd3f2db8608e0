import { BellcrankError, type ByteWire, type Call, type FrameCall, latin1 } from '../../../src/driver/index.ts';
import type { ErrorQueue } from '../definition/definition.ts';
import { afterOthers } from './course.ts';
import { readReply, verdict } from './judge.ts';
import { type Message, messageOf } from './message.ts';
import type { Talk } from './talk.ts';
import type { Fields, Known } from './values.ts';

/** The device's own queue of errors: what it says of a command, since it does not answer it. */
export class Errors {
  readonly #talk: Talk;
  readonly #queue: ErrorQueue;
  readonly #message: Message;
  readonly #older: (entry: Fields) => void;
  /** Entries read so far. */
  #found = 0;

  /** `older` takes entries that explain nothing that was sent. */
  constructor(talk: Talk, queue: ErrorQueue, options: Known, older: (entry: Fields) => void) {
    this.#talk = talk;
    this.#queue = queue;
    this.#message = messageOf(queue.exchange, options, talk.line.outTerminator);
    this.#older = older;
  }

  /** How many entries have been read, whoever read them. */
  get found(): number {
    return this.#found;
  }

  /** Before a command, so that an older entry is not blamed on it. Rejects with `device-protocol` if it never empties. */
  async empty(call: FrameCall): Promise<void> {
    if (call.dryRun) return await this.#talk.send(call, this.#message);
    const { maxEntries } = this.#queue;
    for (let read = 0; read <= maxEntries; read++) {
      const entry = await this.#talk.ask(call, this.#message, (replies) => this.#entry(replies));
      if (this.#isNone(entry)) return;
      this.#older(entry);
    }
    throw new BellcrankError('device-protocol', `the error queue has more than ${maxEntries} entries`);
  }

  /**
   * After a command: the first entry decides. Resolves with it when it says that there was no error; `finish` gives the
   * command's result, also to a reply that comes late. `sent` messages have left since it was emptied, when `found`
   * entries had been read: if others have had the line and read more, one of those may have been the command's.
   */
  async check<R>(
    call: Call<ByteWire, R>,
    { sent, found }: { readonly sent: number; readonly found: number },
    finish: () => R,
  ): Promise<string> {
    let reply = '';
    const decode = (replies: readonly Uint8Array[]): R => {
      reply = replies.map((frame) => latin1(frame)).join('\n');
      const readByOthers = this.#found - found;
      const entry = this.#entry(replies);
      if (!this.#isNone(entry)) throw this.#verdict(entry, sent);
      if (readByOthers > 0) throw ambiguous(readByOthers);
      return finish();
    };
    try {
      // In a dry run nobody knows how many entries were in the queue before it, and so how many questions there would be.
      await this.#talk.ask(call, this.#message, decode, { final: !call.dryRun });
    } catch (error) {
      if (error instanceof BellcrankError && error.device !== undefined) await this.#dropRest(call);
      throw error;
    }
    return reply;
  }

  /** The verdict stands whatever becomes of the rest; a lost reply leaves the line out of step, which the next sees. */
  async #dropRest(call: FrameCall): Promise<void> {
    await this.empty(call).catch(() => {});
  }

  #entry(replies: readonly Uint8Array[]): Fields {
    const entry = readReply(replies, this.#queue.exchange, this.#message.known);
    if (!this.#isNone(entry)) this.#found++;
    return entry;
  }

  #isNone({ code }: Fields): boolean {
    return String(code) === String(this.#queue.none);
  }

  #verdict({ code, text }: Fields, count: number): BellcrankError {
    const number = Number(code);
    const failed = this.#queue.failed.some(([least, greatest]) => number >= least && number <= greatest);
    const words = text ?? this.#queue.texts[String(code)] ?? '';
    const said = verdict(failed ? 'failed' : 'refused', String(code), String(words));
    return failed || count < 2 ? said : afterOthers(said, count - 1);
  }
}

function ambiguous(count: number): BellcrankError {
  const entries = count === 1 ? 'an entry' : `${count} entries`;
  const message = `${entries} of the error queue came while others had the line, and may have been about this command`;
  return new BellcrankError('device-protocol', message);
}
