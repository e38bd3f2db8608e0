import { type Clock, messageOf, quoted, type TypedContext, type Value } from '../../src/driver/index.ts';
import { decode, type Told } from './codec.ts';
import { SentenceFramer } from './framer.ts';
import { Knowledge, propertyNames } from './knowledge.ts';
import type { model, optionsSchema, PropertyName } from './model.ts';
import { SatellitesInView } from './satellites.ts';
import { parseSentence, type Sentence, type SentenceType, typeOf, wrongChecksum } from './sentence.ts';
import { Votes } from './votes.ts';

type Timer = ReturnType<Clock['timer']>;
type Context = TypedContext<typeof model>;
type Options = Value<typeof optionsSchema>;

/** What a receiver cannot know without a fix. Its clock is among it: before its first fix it may tell 1980. */
const needsFix: readonly PropertyName[] = [
  'position',
  'altitude',
  'time',
  'hdop',
  'pdop',
  'speed',
  'course',
  'magnetic-variation',
];

/** Many receivers tell the satellites in view less often than the rest. */
const inViewPatience = 3;

/** What was heard on the line so far, for whoever must say why nobody attached. */
export interface Heard {
  bytes: number;
  /** Valid sentences that a position receiver would not send, by address; the last one. */
  stranger: string | undefined;
  /** Why the last rejected one was rejected. */
  problem: string | undefined;
}

/** Turns what a receiver says into properties. Never writes. */
export class Receiver {
  readonly heard: Heard = { bytes: 0, stranger: undefined, problem: undefined };
  readonly #context: Context;
  readonly #silenceMs: number;
  readonly #allowWithoutChecksum: boolean;
  readonly #framer: SentenceFramer;
  readonly #knowledge: Knowledge;
  readonly #votes: Votes;
  readonly #satellites: SatellitesInView;
  readonly #first = Promise.withResolvers<void>();
  #firstAt: number | undefined;
  #lastAt = 0;
  #away = false;
  #refused = false;
  #timer: Timer | undefined;

  constructor(context: Context, options: Options) {
    this.#context = context;
    this.#silenceMs = options.silenceMs ?? 5000;
    this.#allowWithoutChecksum = options.allowWithoutChecksum === true;
    this.#framer = new SentenceFramer(options.maxSentenceLength ?? 120, {
      sentence: (text) => this.#take(text),
      garbage: (bytes) => this.#reject(`${bytes} bytes that are no sentence`),
    });
    this.#votes = new Votes(this.#silenceMs);
    this.#satellites = new SatellitesInView(this.#silenceMs * inViewPatience);
    this.#knowledge = new Knowledge({
      lost: (property, why) => context.lost(property, why),
      // Each value was built for its property; the runtime validates it against that property's schema.
      report: (property, value) => context.report(property, value as never),
    });
  }

  /** Resolves at the first sentence of a position receiver. */
  get first(): Promise<void> {
    return this.#first.promise;
  }

  feed(chunk: Uint8Array): void {
    this.heard.bytes += chunk.length;
    this.#framer.push(chunk);
  }

  /** Watches for silence until the session ends. */
  watch(): void {
    this.#context.signal.addEventListener('abort', () => this.#timer?.cancel(), { once: true });
    this.#arm();
  }

  #arm(): void {
    const { clock, signal } = this.#context;
    if (signal.aborted) return;
    this.#timer = clock.timer(Math.ceil(this.#silenceMs / 10), () => void this.#sweep().then(() => this.#arm()));
  }

  async #sweep(): Promise<void> {
    const { clock } = this.#context;
    const isSilent = (): boolean => clock.monotonic() - this.#lastAt > this.#silenceMs;
    // After a stalled event loop sentences may be waiting.
    if (isSilent()) await clock.ioTurn();
    if (this.#context.signal.aborted || this.#away) return;
    if (isSilent()) return this.#leave();
    this.#knowledge.expire(clock.monotonic(), (property) => this.#limitMs(property));
  }

  #limitMs(property: PropertyName): number {
    return property === 'satellites-in-view' ? this.#silenceMs * inViewPatience : this.#silenceMs;
  }

  #leave(): void {
    const why = `silent for ${this.#silenceMs} ms`;
    this.#away = true;
    for (const property of propertyNames) this.#knowledge.lose(property, why);
    this.#context.availability(false, why);
  }

  #take(text: string): void {
    const sentence = parseSentence(text, this.#allowWithoutChecksum);
    if (typeof sentence === 'string') return this.#reject(sentence);
    const type = typeOf(sentence);
    if (type === undefined) this.heard.stranger = sentence.address;
    else this.#hear(sentence, type, text);
  }

  #hear(sentence: Sentence, type: SentenceType, text: string): void {
    let told: Told;
    try {
      told = decode(sentence, type);
    } catch (error) {
      return this.#reject(`${messageOf(error)}: ${quoted(text)}`);
    }
    const now = this.#context.clock.monotonic();
    this.#lastAt = now;
    this.#firstAt ??= now;
    if (this.#away) this.#return();
    this.#learn(told, type, now);
    this.#first.resolve();
  }

  #return(): void {
    this.#away = false;
    this.#context.availability(true, 'it talks again');
  }

  #learn(told: Told, type: SentenceType, now: number): void {
    const { validity, mode, inView, instant, values } = told;
    if (validity !== undefined) this.#votes.cast(type, validity, now);
    if (mode !== undefined)
      this.#knowledge.tell('fix-mode', this.#votes.castMode(mode.system, mode.mode, now), instant, now);
    if (inView?.last === true) {
      const count = this.#satellites.take(inView.talker, inView.signal, inView.count, now);
      this.#knowledge.tell('satellites-in-view', count, instant, now);
    }
    this.#judge(now);
    for (const [property, value] of Object.entries(values)) this.#put(property, value, type, told, now);
  }

  /** Loses what needs a fix when there is none. What nobody tells afterwards is not missing for want of a fix any more. */
  #judge(now: number): void {
    const refusal = this.#refusal(now);
    const regained = refusal === undefined && this.#refused;
    this.#refused = refusal !== undefined;
    for (const property of needsFix) {
      if (refusal !== undefined) this.#knowledge.lose(property, refusal);
      else if (regained) this.#knowledge.lose(property, 'the receiver has not told it since it has a fix');
    }
  }

  /** Why nothing that needs a fix is known. */
  #refusal(now: number): string | undefined {
    const refusal = this.#votes.refusal(now);
    if (refusal !== undefined || this.#votes.any(now)) return refusal;
    // Time alone says nothing of the fix; where the others are only late, they may still say no.
    const alone = now - (this.#firstAt ?? now) > this.#silenceMs;
    return alone ? undefined : 'no sentence has spoken of the fix yet';
  }

  #put(name: string, value: unknown, type: SentenceType, { instant }: Told, now: number): void {
    const property = propertyNames.find((known) => known === name);
    if (property === undefined) return;
    if (needsFix.includes(property) && this.#refusal(now) !== undefined) return;
    const flat = property === 'altitude' && this.#votes.mode(now) === '2d';
    if (flat) this.#knowledge.lose(property, 'a two-dimensional fix has no altitude of its own: GSA says mode 2');
    else if (value === undefined) this.#knowledge.lose(property, `${type} does not tell it`);
    else this.#knowledge.tell(property, value, instant, now);
  }

  #reject(what: string): void {
    this.heard.problem = what;
    this.#context.unmatched(what, what.startsWith(wrongChecksum));
  }
}
