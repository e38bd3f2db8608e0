import {
  BellcrankError,
  type ByteWire,
  type Call,
  type LineCall,
  type LineExchange,
  type LineQuery,
} from '../../src/driver/index.ts';
import { isIdentity, parseBoolean, parseEntry, parseIdentity, type QueueEntry, verdictOf } from './codec.ts';

/** Lines read while looking for the identity after a timeout. */
const maxStaleLines = 32;

/** Silence that ends a resync's wait; replies of a bench supply are not further apart. */
export const quietMs = 250;
const maxDrainMs = 2000;

const askError = 'SYST:ERR?';

export interface DialogueSettings {
  /** What the identity must begin with; undefined accepts any. */
  readonly identity: string | undefined;
  readonly drainLimit: number;
  /** Hears who answers, before anything else is asked. */
  readonly onIdentity: (identity: string) => void;
  /** Takes entries of the error queue that explain nothing that we sent. */
  readonly onError: (entry: QueueEntry) => void;
}

/** The conversation with one supply: settings are checked through the error queue, the line through the identity. */
export class Dialogue {
  readonly #line: LineExchange;
  readonly #settings: DialogueSettings;
  #identity: string | undefined;

  constructor(line: LineExchange, settings: DialogueSettings) {
    this.#line = line;
    this.#settings = settings;
  }

  /** Learns who answers, and empties the error queue. Throws `identity-mismatch`. */
  async begin(call: LineCall): Promise<void> {
    this.#identity = this.#checked(await this.#ask(call, '*IDN?', { decode: parseIdentity }));
    this.#settings.onIdentity(this.#identity);
    await this.#drainErrors(call);
  }

  /** Asks for a value. */
  async read<T>(call: LineCall, query: string, decode: (reply: string) => T): Promise<T> {
    await this.#getInStep(call);
    return await this.#ask(call, query, { decode });
  }

  /** Sends a setting; its answer is the first entry of the error queue, which is emptied before and after. */
  async set<R>(call: Call<ByteWire, R>, text: string, result: R): Promise<R> {
    await this.#prepare(call);
    await this.#line.send(call, text);
    let reply = '';
    const decode = (line: string): R => {
      reply = line;
      const first = parseEntry(line);
      if (first.code !== 0) throw verdictOf(first, text);
      return result;
    };
    try {
      // In a dry run nobody knows how many entries are in the queue before it, and so how many questions there would be.
      await this.#ask(call, askError, { decode, final: !call.dryRun });
    } catch (error) {
      if (isVerdict(error)) await this.#dropRest(call);
      throw error;
    }
    call.confirm('acknowledged', { sent: text, reply });
    return result;
  }

  /**
   * Output off, before anything else. Nothing was read from the error queue first, so an entry in it proves nothing;
   * what the supply then says of its output does, and the queue is only asked why it is still on.
   */
  async stop(call: Call<ByteWire>): Promise<void> {
    await this.#line.send(call, 'OUTP OFF');
    await this.#getInStep(call);
    const decode = (reply: string): void => {
      if (parseBoolean(reply)) throw stillOn();
    };
    try {
      await this.#ask(call, 'OUTP?', { decode, final: true });
    } catch (error) {
      if (!(error instanceof BellcrankError) || error.code !== 'device-failed') throw error;
      throw stillOn(await this.#ask(call, askError, { decode: parseEntry }));
    }
    call.confirm('acknowledged', { sent: 'OUTP OFF', reply: '0' });
  }

  /** Back in step after a timeout, with the same supply, its error queue empty. */
  async resync(call: LineCall): Promise<void> {
    await this.#line.drain(quietMs, maxDrainMs, call.signal);
    await this.#findIdentity(call);
    await this.#drainErrors(call);
  }

  /** A late reply must not be taken for the next one's: everything before the identity is older than this question. */
  async #getInStep(call: LineCall): Promise<void> {
    if (!this.#line.inStep) await this.#findIdentity(call);
  }

  /** The error queue is emptied first, so that an older entry is not blamed on the setting. */
  async #prepare(call: Call<ByteWire, never>): Promise<void> {
    if (call.dryRun) return await this.#line.send(call, askError);
    await this.#getInStep(call);
    await this.#drainErrors(call);
  }

  async #findIdentity(call: LineCall): Promise<void> {
    const isReply = (line: string): boolean => isIdentity(withoutCr(line));
    const decode = (line: string): string => withoutCr(line);
    const found = await this.#line.probe(call, '*IDN?', { decode, isReply, maxSkipped: maxStaleLines });
    if (found !== this.#identity) throw mismatch(found, this.#identity);
  }

  async #drainErrors(call: LineCall): Promise<void> {
    const { drainLimit, onError } = this.#settings;
    for (let read = 0; read <= drainLimit; read++) {
      const entry = await this.#ask(call, askError, { decode: parseEntry });
      if (entry.code === 0) return;
      onError(entry);
    }
    throw new BellcrankError('device-protocol', `the error queue has more than ${drainLimit} entries`);
  }

  /** The verdict stands whatever becomes of the rest; a lost reply leaves the line out of step, which the next sees. */
  async #dropRest(call: LineCall): Promise<void> {
    await this.#drainErrors(call).catch(() => {});
  }

  async #ask<T>(call: LineCall, text: string, query: LineQuery<T>): Promise<T> {
    return await this.#line.query(call, text, { ...query, decode: (line) => query.decode(withoutCr(line)) });
  }

  #checked(found: string): string {
    const { identity } = this.#settings;
    if (identity !== undefined && !found.startsWith(identity)) throw mismatch(found, identity);
    return found;
  }
}

/** Replies end with a newline; some supplies send a carriage return before it. */
function withoutCr(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

function stillOn(why?: QueueEntry): BellcrankError {
  const message = 'the supply says that its output is still on';
  if (why === undefined || why.code === 0) return new BellcrankError('device-failed', message, { outcome: 'failed' });
  const device = { code: String(why.code), text: why.text };
  return new BellcrankError('device-failed', `${message}: ${why.text}`, { outcome: 'failed', device });
}

function isVerdict(error: unknown): boolean {
  return error instanceof BellcrankError && error.device !== undefined;
}

function mismatch(found: string, wanted: string | undefined): BellcrankError {
  const message = `the device says that it is ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`;
  return new BellcrankError('identity-mismatch', message);
}
