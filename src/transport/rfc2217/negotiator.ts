import { negotiation, options, type Verb, verbs } from './telnet.ts';

/** An option on one side: ours is what we WILL, theirs what they were asked to DO. */
type Standing = 'off' | 'asked' | 'on' | 'refused';

/** What both sides must agree on: data as it is in both directions, and the port's control. */
const required = [
  { side: 'ours', option: options.comPort, what: 'RFC 2217 (COM-PORT-OPTION)' },
  { side: 'ours', option: options.binary, what: 'binary data from here' },
  { side: 'theirs', option: options.binary, what: 'binary data from there' },
] as const;

const wanted = { ours: [options.comPort, options.binary, options.suppressGoAhead], theirs: [0, 3] } as const;
/** The server may offer the control option as well: servers and clients have both been seen to. */
const acceptable: readonly number[] = [options.binary, options.suppressGoAhead, options.comPort];

/** Answers that a server gets in the life of a connection; honest ones need a dozen. */
const maxAnswers = 200;

/** Agrees on options with the server (RFC 854, RFC 855). Only what changes is answered, so that nobody answers for ever. */
export class Negotiator {
  readonly #send: (bytes: Uint8Array) => void;
  /** What was offered and declined, each of which is told once. */
  readonly #declined = { ours: new Set<number>(), theirs: new Set<number>() };
  #answers = 0;
  readonly #standing = { ours: new Map<number, Standing>(), theirs: new Map<number, Standing>() };

  constructor(send: (bytes: Uint8Array) => void) {
    this.#send = send;
  }

  /** Asks for everything that is wanted. */
  begin(): void {
    for (const option of wanted.ours) this.#ask('ours', verbs.will, option);
    for (const option of wanted.theirs) this.#ask('theirs', verbs.do, option);
  }

  get agreed(): boolean {
    return required.every(({ side, option }) => this.#standing[side].get(option) === 'on');
  }

  /** What the server will not do, for a person; undefined while it has refused nothing that is needed. */
  get refusal(): string | undefined {
    return required.find(({ side, option }) => this.#standing[side].get(option) === 'refused')?.what;
  }

  /** It goes on for ever: nothing more is answered. */
  get isEndless(): boolean {
    return this.#answers > maxAnswers;
  }

  /** What the server has not answered yet. */
  get missing(): string {
    const open = required.filter(({ side, option }) => this.#standing[side].get(option) !== 'on');
    return open.map(({ what }) => what).join(', ');
  }

  heard(verb: Verb, option: number): void {
    switch (verb) {
      case verbs.do:
        return this.#offered('ours', option, verbs.will, verbs.wont);
      case verbs.will:
        return this.#offered('theirs', option, verbs.do, verbs.dont);
      case verbs.dont:
        return this.#denied('ours', option, verbs.wont);
      case verbs.wont:
        return this.#denied('theirs', option, verbs.dont);
    }
  }

  #ask(side: 'ours' | 'theirs', verb: Verb, option: number): void {
    this.#standing[side].set(option, 'asked');
    this.#send(negotiation(verb, option));
  }

  #offered(side: 'ours' | 'theirs', option: number, yes: Verb, no: Verb): void {
    const standing = this.#standing[side].get(option);
    if (standing === 'on') return;
    if (standing !== 'asked' && !acceptable.includes(option)) return this.#decline(side, option, no);
    this.#standing[side].set(option, 'on');
    if (standing !== 'asked') this.#answer(yes, option);
  }

  #decline(side: 'ours' | 'theirs', option: number, no: Verb): void {
    if (this.#declined[side].has(option)) return;
    this.#declined[side].add(option);
    this.#answer(no, option);
  }

  #answer(verb: Verb, option: number): void {
    if (++this.#answers <= maxAnswers) this.#send(negotiation(verb, option));
  }

  #denied(side: 'ours' | 'theirs', option: number, no: Verb): void {
    const standing = this.#standing[side].get(option) ?? 'off';
    if (standing === 'on') this.#answer(no, option);
    if (standing !== 'off') this.#standing[side].set(option, 'refused');
  }
}
