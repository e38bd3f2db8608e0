import { BellcrankError, latin1, quoted } from '../../../src/driver/index.ts';
import type { Definition, Example, Exchange } from '../definition/definition.ts';
import { framingOf } from '../session/framing.ts';
import { readReply, refusalIn } from '../session/judge.ts';
import { messageOf } from '../session/message.ts';
import type { Fields, Known } from '../session/values.ts';
import { parseBytes, TemplateError } from '../template/index.ts';

const longestShown = 100;

/** A key of an example as it stands in the file. */
export type ExampleKey = Exclude<keyof Example, 'path'> | 'result';

/** Takes what is wrong with an example: under a key, and a name under that, or in its text. */
export type ReportExample = (detail: string, key?: ExampleKey, name?: string, offset?: number) => void;

/** One of the exchanges that an example may be about, and all that has a value when it is sent. */
export interface Candidate {
  readonly exchange: Exchange;
  readonly known: Known;
}

/** What no keyboard types as it stands in a file, so that it can be copied. */
function asWritten(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return quoted(text);
  const bytes = text.slice(0, longestShown).replaceAll(/[^\x20-\x7e]|[\\'{}]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `'${bytes}'${text.length > longestShown ? '…' : ''}`;
}

/** The bytes of one example, held against what the driver would send and make of them. */
export class ExampleBytes {
  readonly #definition: Definition;
  readonly #example: Example;
  readonly #report: ReportExample;

  constructor(definition: Definition, example: Example, report: ReportExample) {
    this.#definition = definition;
    this.#example = example;
    this.#report = report;
  }

  /**
   * The fields of the reply, of the first exchange that has this `send`; undefined where there are none to compare.
   * `otherwise` is said where none has it, in place of what would be sent.
   */
  exchange(candidates: readonly Candidate[], otherwise?: string): Fields | undefined {
    const { send } = this.#example;
    const wanted = this.#bytes(send ?? '', 'send');
    if (wanted === undefined) return undefined;
    const refusals: string[] = [];
    const sent = candidates.flatMap((candidate) => this.#sent(candidate, refusals));
    const found = sent.find(({ text }) => text === latin1(wanted));
    if (found !== undefined) return this.#reply(found.candidate);
    const [first] = sent;
    const [why = 'nothing like it would be sent'] = refusals;
    const would = first === undefined ? why : `${asWritten(first.text)} would be sent`;
    if (send === undefined) this.#report(`needs \`send\`: ${would}`);
    else this.#report(otherwise ?? would, 'send');
    return undefined;
  }

  /** What cannot be sent is left out, with the reason. */
  #sent(candidate: Candidate, refusals: string[]): { text: string; candidate: Candidate }[] {
    try {
      const { text, bytes } = messageOf(candidate.exchange, candidate.known, new Uint8Array());
      return bytes === undefined && this.#example.send !== undefined ? [] : [{ text, candidate }];
    } catch (thrown) {
      // What takes parameters that the example does not give is not what it is about.
      if (!(thrown instanceof BellcrankError)) throw thrown;
      refusals.push(`cannot be sent: ${thrown.message}`);
      return [];
    }
  }

  #reply({ exchange, known }: Candidate): Fields | undefined {
    const frames = this.frames();
    if (frames === undefined) return undefined;
    const [first] = frames;
    const { error: code } = this.#example;
    if (first === undefined) {
      if (exchange.expect.length > 0) this.#report('needs `reply`: the device answers this', 'send');
      else if (code !== undefined && this.#definition.errorQueue === undefined) {
        this.#report('but nothing tells it: there is no `reply` and no error queue', 'error');
      }
      return undefined;
    }
    if (!this.#isFramed(frames, exchange)) return undefined;
    if (code !== undefined && exchange.expect.length === 0) return this.#queued(frames, code);
    const refusal = refusalIn(first, exchange, known);
    if (refusal !== undefined || code !== undefined) return this.#refused(refusal, code);
    return this.#understood(frames, exchange, known);
  }

  /** What is not answered is refused in the error queue: the reply is what that says afterwards. */
  #queued(frames: readonly Uint8Array[], code: string): undefined {
    const { errorQueue, options } = this.#definition;
    if (errorQueue === undefined) {
      this.#report('is of nothing: the device does not answer this', 'reply');
      return undefined;
    }
    const told = this.#understood(frames, errorQueue.exchange, options)?.['code'];
    if (told !== undefined && String(told) !== code)
      this.#report(`but the reply tells ${quoted(String(told))}`, 'error');
    return undefined;
  }

  #refused(refusal: BellcrankError | undefined, code: string | undefined): undefined {
    const told = refusal?.device?.code;
    if (refusal === undefined) this.#report('but the reply is no error', 'error');
    else if (code === undefined) this.#report(`is an error: ${refusal.message}`, 'reply');
    else if (told !== code) this.#report(`but the reply tells ${quoted(String(told))}`, 'error');
  }

  #understood(frames: readonly Uint8Array[], exchange: Exchange, known: Known): Fields | undefined {
    try {
      return readReply(frames, exchange, known);
    } catch (thrown) {
      if (!(thrown instanceof BellcrankError)) throw thrown;
      this.#report(thrown.message, 'reply');
      return undefined;
    }
  }

  /** A reply whose length is said must have that length, or else it would never be whole. */
  #isFramed(frames: readonly Uint8Array[], exchange: Exchange): boolean {
    const reply = exchange.reply ?? this.#definition.line.reply;
    if (reply.by !== 'length' && reply.by !== 'length-field') return true;
    const framing = framingOf(reply);
    const broken = frames.find((frame) => framing.cut(frame, 0)?.end !== frame.length);
    if (broken === undefined) return true;
    const end = framing.cut(broken, 0)?.end;
    const ends = end === undefined ? 'is not over after' : `ends before the last of`;
    this.#report(`its framing ${ends} these ${broken.length} bytes; write it with its frame and checksum`, 'reply');
    return false;
  }

  /** The frames that the device says. Undefined if they are none: that has been reported. */
  frames(): Uint8Array[] | undefined {
    const frames = (this.#example.reply ?? []).map((text) => this.#bytes(text, 'reply'));
    return frames.every((frame) => frame !== undefined) ? frames : undefined;
  }

  #bytes(text: string, key: 'send' | 'reply'): Uint8Array | undefined {
    try {
      return parseBytes(text);
    } catch (thrown) {
      if (!(thrown instanceof TemplateError)) throw thrown;
      this.#report(thrown.message, key, undefined, thrown.at);
      return undefined;
    }
  }
}
