import type { Clock } from '../../clock.ts';
import type { Connection, Message } from '../../transport/connection.ts';

/** A chunk of bytes or a message, whatever a wire carries. */
export type Piece = Uint8Array | Message;

/** Something that passed on a wire. */
export interface Passed {
  /** By the clock's `monotonic`. */
  readonly at: number;
  /** `sent` by the service, or `heard` by it. */
  readonly way: 'sent' | 'heard';
  readonly piece: Piece;
  /** Which of the connections that were opened one after the other, from 0. */
  readonly connection: number;
}

/** Hands a piece on; may be called later, more than once, with something else, or not at all. */
export type Pass = (piece: Piece, pass: (piece: Piece) => void) => void;

const passOn: Pass = (piece, pass) => pass(piece);

/** Kept at most; what is older goes first. */
const maxPassed = 100_000;

/** One open connection through a tap. */
export interface Tapped {
  readonly connection: Connection;
  /** Ends it as a pulled plug would. */
  cut(cause: Error): void;
  /** Lets the driver hear something that nobody said. */
  say(piece: Piece): void;
  /** Those who listen on it. */
  listeners: number;
}

/**
 * Sits between a driver and its device, sees everything that passes, and lets a test decide what becomes of it. By default
 * it changes nothing.
 */
export class Tap {
  readonly clock: Clock;
  readonly passed: Passed[] = [];
  /** What becomes of what the driver sends, and of what it is to hear. */
  sending: Pass = passOn;
  hearing: Pass = passOn;
  /** Awaited before a write of the driver's begins. */
  gate: (() => Promise<void>) | undefined;
  /** Connections cannot be opened meanwhile. */
  down = false;
  /** Times that it was opened. */
  opens = 0;
  /** Called for each step that something takes on the wire: a write, a piece on its way to the driver. */
  onStep: () => void = () => {};
  readonly #open = new Set<Tapped>();
  readonly #watchers = new Set<(passed: Passed) => void>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** How many connections are open. */
  get open(): number {
    return this.#open.size;
  }

  /** Those who listen on the connections that are open. */
  get listeners(): number {
    return Array.from(this.#open).reduce((sum, { listeners }) => sum + listeners, 0);
  }

  /** Lets the driver hear something that nobody said. */
  say(piece: Piece): void {
    for (const tapped of Array.from(this.#open)) tapped.say(piece);
  }

  /** Back to changing nothing. */
  calm(): void {
    this.sending = passOn;
    this.hearing = passOn;
    this.gate = undefined;
    this.down = false;
    this.onStep = () => {};
  }

  /** Changes nothing meanwhile, whatever it does to what passes before and after. */
  async aside(work: () => Promise<void>): Promise<void> {
    const { sending, hearing, gate, onStep } = this;
    Object.assign(this, { sending: passOn, hearing: passOn, gate: undefined, onStep: () => {} });
    await work().finally(() => Object.assign(this, { sending, hearing, gate, onStep }));
  }

  /** Ends every connection that is open. */
  cut(why = 'the wire was cut'): void {
    for (const tapped of Array.from(this.#open)) tapped.cut(new Error(why));
  }

  /** Hears of everything that passes. Returns the way to stop. */
  watch(watcher: (passed: Passed) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** What the driver has sent, in order. */
  sent(from = 0): readonly Piece[] {
    return this.passed.slice(from).flatMap(({ way, piece }) => (way === 'sent' ? [piece] : []));
  }

  add(tapped: Tapped): number {
    this.#open.add(tapped);
    void tapped.connection.closed.then(() => this.#open.delete(tapped));
    return this.opens++;
  }

  note(way: Passed['way'], piece: Piece, connection: number): void {
    const passed = { at: this.clock.monotonic(), way, piece, connection };
    this.passed.push(passed);
    if (this.passed.length > maxPassed) this.passed.shift();
    for (const watcher of this.#watchers) watcher(passed);
    this.onStep();
  }
}
