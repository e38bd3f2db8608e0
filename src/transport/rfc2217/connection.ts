import type { Clock } from '../../clock.ts';
import { BellcrankError } from '../../errors.ts';
import type { ByteConnection, WriteOptions } from '../connection.ts';
import { Inbox } from '../inbox.ts';
import { Lifecycle } from '../lifecycle.ts';
import { LineTime } from '../line-time.ts';
import { type ComPortCommand, commands, confirms, fromServer, purgeBoth } from './com-port.ts';
import { Negotiator } from './negotiator.ts';
import { escaped, options, subnegotiation, TelnetParser } from './telnet.ts';

/** Longest wait for the server to say that it has dropped what it held. */
const purgeTimeoutMs = 1000;

interface Asked {
  readonly command: ComPortCommand;
  resolve(answer: Uint8Array): void;
  reject(error: Error): void;
}

export interface ComPortParts {
  readonly clock: Clock;
  readonly characterMs: number;
  readonly onStray?: ((what: string) => void) | undefined;
}

/** A serial port behind a server that speaks RFC 2217: its bytes, and what controls it, in one telnet stream. */
export class ComPortConnection implements ByteConnection {
  readonly shape = 'bytes';
  readonly label: string;
  readonly characterMs: number;
  readonly #socket: ByteConnection;
  readonly #clock: Clock;
  readonly #onStray: ((what: string) => void) | undefined;
  readonly #life: Lifecycle;
  readonly #inbox: Inbox;
  readonly #negotiator: Negotiator;
  readonly #lineTime: LineTime;
  #asked: Asked[] = [];
  #changed: (() => void) | undefined;
  /** Pending while the server wants nothing sent (RFC 2217 §3, FLOWCONTROL-SUSPEND). */
  #suspended: PromiseWithResolvers<void> | undefined;
  #writing = 0;
  #ready = false;

  constructor(socket: ByteConnection, label: string, { clock, characterMs, onStray }: ComPortParts) {
    this.#socket = socket;
    this.label = label;
    this.characterMs = characterMs;
    this.#clock = clock;
    this.#onStray = onStray;
    this.#life = new Lifecycle(label);
    this.#inbox = new Inbox(onStray);
    this.#lineTime = new LineTime(clock, characterMs);
    this.#negotiator = new Negotiator((bytes) => this.#control(bytes));
    const parser = new TelnetParser({
      data: (bytes) => this.#inbox.deliver(bytes),
      verb: (verb, option) => {
        this.#negotiator.heard(verb, option);
        this.#negotiated();
      },
      subnegotiation: (option, bytes) => this.#subnegotiated(option, bytes),
    });
    socket.onData((chunk) => parser.feed(chunk));
    void socket.closed.then(({ lost, cause }) => this.#end(lost, cause));
  }

  get isOpen(): boolean {
    return this.#life.isOpen && this.#socket.isOpen;
  }
  get written(): number {
    return this.#life.written;
  }
  get closed(): Lifecycle['closed'] {
    return this.#life.closed;
  }

  /** Agrees on the option and sets the port up. Rejects with `device-offline`, or with the signal's reason. */
  async begin(settings: readonly ComPortCommand[], signal: AbortSignal): Promise<void> {
    this.#negotiator.begin();
    await this.#agreement(signal);
    for (const command of settings) this.#check(command, await this.#ask(command, signal));
    this.#ready = true;
  }

  /** As on any byte stream; waits while the server asks for silence. */
  async write(bytes: Uint8Array, signal?: AbortSignal, options?: WriteOptions): Promise<void> {
    const wire = escaped(bytes);
    while (this.#suspended !== undefined) await this.#unless(this.#suspended.promise, signal);
    this.#writing++;
    const send = (): Promise<void> => {
      this.#lineTime.wrote(bytes.length);
      return this.#socket.write(wire);
    };
    await this.#life
      .write(send, signal, () => void this.#socket.discardOutput(), options?.onBegin)
      .finally(() => {
        this.#writing--;
      });
  }

  onData(listener: (chunk: Uint8Array) => void): () => void {
    return this.#inbox.listen(listener);
  }

  /**
   * Has the server drop what has not left in its time, as on a port; where it does not say that it did, the connection is
   * reset.
   */
  async discardOutput(): Promise<void> {
    if (this.#writing === 0 && this.#lineTime.isBusy) await this.#lineTime.over(purgeTimeoutMs);
    if (!this.isOpen) return;
    if (this.#writing > 0) return await this.#socket.discardOutput();
    const tooLate = new AbortController();
    const timer = this.#clock.timer(purgeTimeoutMs, () => tooLate.abort(new Error('the server does not purge')));
    await this.#ask(purgeBoth, tooLate.signal).catch(() => this.#socket.discardOutput());
    timer.cancel();
  }

  async close(): Promise<void> {
    this.#end(false, new Error('closed'));
    await this.#socket.close();
  }

  /** Commands go as they come: the server takes them in order with the data. */
  #control(bytes: Uint8Array): void {
    // A socket that fails says so by closing.
    this.#socket.write(bytes).catch(() => {});
  }

  async #agreement(signal: AbortSignal): Promise<void> {
    for (;;) {
      const { refusal, agreed } = this.#negotiator;
      if (refusal !== undefined) throw this.#unable(`it refuses ${refusal}`);
      if (agreed) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#changed = resolve;
      await this.#unless(promise, signal, () => this.#unable(`it did not agree on ${this.#negotiator.missing}`));
    }
  }

  /** Once it is set up, a server that takes back what was agreed on would change the bytes. */
  #negotiated(): void {
    this.#changed?.();
    const { refusal, isEndless } = this.#negotiator;
    if (isEndless && this.isOpen) return this.#cut('it negotiates without end');
    if (refusal === undefined || !this.#ready || !this.isOpen) return;
    this.#cut(`it no longer agrees on ${refusal}`);
  }

  #cut(why: string): void {
    this.#end(true, new Error(`the server was left: ${why}`));
    void this.#socket.close();
  }

  async #ask(command: ComPortCommand, signal: AbortSignal): Promise<Uint8Array> {
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    promise.catch(() => {});
    const asked: Asked = { command, resolve, reject };
    this.#asked.push(asked);
    this.#control(subnegotiation(options.comPort, Uint8Array.from([command.command, ...command.value])));
    try {
      return await this.#unless(promise, signal, () => this.#unable(`it did not confirm its ${command.name}`));
    } finally {
      this.#asked = this.#asked.filter((other) => other !== asked);
    }
  }

  #subnegotiated(option: number, [command = 0, ...value]: Uint8Array): void {
    if (option !== options.comPort) return;
    if (command === commands.flowControlSuspend + fromServer) this.#suspended ??= Promise.withResolvers();
    if (command === commands.flowControlResume + fromServer) this.#resume();
    const asked = this.#asked.find((each) => each.command.command + fromServer === command);
    asked?.resolve(Uint8Array.from(value));
  }

  #resume(): void {
    this.#suspended?.resolve();
    this.#suspended = undefined;
  }

  #check(command: ComPortCommand, answer: Uint8Array): void {
    if (confirms(command, answer)) return;
    const what = `its ${command.name} is ${hexOf(answer)}, not ${hexOf(command.value)}`;
    if (!command.loose) throw this.#unable(what);
    this.#onStray?.(`${this.label} says that ${what}`);
  }

  #unable(why: string): BellcrankError {
    return new BellcrankError('device-offline', `${this.label} does not serve a port by RFC 2217 as asked: ${why}`);
  }

  /** Waits, but no longer than the connection lasts or the signal allows. */
  #unless<T>(promise: Promise<T>, signal: AbortSignal | undefined, late?: () => Error): Promise<T> {
    const { promise: outcome, resolve, reject } = Promise.withResolvers<T>();
    const aborted = (): void => {
      const reason = signal?.reason as Error;
      reject(reason instanceof TooLate ? (late?.() ?? reason) : reason);
    };
    const ended = (): void => reject(this.#life.ended.reason as Error);
    promise.then(resolve, reject);
    if (signal?.aborted === true) aborted();
    if (this.#life.ended.aborted) ended();
    signal?.addEventListener('abort', aborted, { once: true });
    this.#life.ended.addEventListener('abort', ended, { once: true });
    return outcome.finally(() => {
      signal?.removeEventListener('abort', aborted);
      this.#life.ended.removeEventListener('abort', ended);
    });
  }

  #end(lost: boolean, cause: Error): void {
    this.#life.end(lost, cause);
  }
}

/** The reason of a signal that stands for a time that is over. */
export class TooLate extends Error {}

function hexOf(bytes: Uint8Array): string {
  return bytes.length === 0 ? 'nothing' : Buffer.from(bytes.subarray(0, 8)).toString('hex');
}
