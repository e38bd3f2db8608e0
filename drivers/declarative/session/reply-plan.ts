import type { Framing } from '../../../src/driver/index.ts';
import { echoOf, equalBytes, orPrompt, untilPrompt } from './framing.ts';

export interface ReplyShape {
  /** What the device repeats before it answers. */
  readonly echo?: Uint8Array | undefined;
  readonly prompt?: Uint8Array | undefined;
  /** Frames of the reply itself; 0: there is none, and echo or prompt are all that is awaited. */
  readonly frames: number;
  readonly framing: Framing;
  /** Of everything else that the device says. */
  readonly lineFraming: Framing;
  /** `instead`: it stands in place of the whole reply, as a refusal does. */
  readonly kindOf: (frame: Uint8Array, index: number) => 'expected' | 'instead' | 'nonsense';
}

type Stage = 'echo' | 'reply' | 'prompt' | 'whole';

/**
 * What of a reply has come, and what is to come next: the echo, the reply's frames, the prompt. A refusal stands in place
 * of all frames; nonsense ends it at once. A prompt that comes before the reply belongs to something older: `awaits`
 * tells the two apart.
 */
export class ReplyPlan {
  readonly #shape: ReplyShape;
  readonly #framings: Readonly<Record<Exclude<Stage, 'whole'>, Framing>>;
  /** Without a terminator of its own the reply ends with the prompt. */
  readonly #endsByPrompt: boolean;
  #stage: Stage;

  constructor(shape: ReplyShape) {
    this.#shape = shape;
    const { prompt, framing, lineFraming, echo } = shape;
    this.#endsByPrompt = prompt !== undefined && framing.endsByGap;
    const other = prompt === undefined ? lineFraming : orPrompt(lineFraming, prompt);
    this.#framings = {
      echo: echo === undefined ? other : echoOf(echo, other),
      reply: prompt === undefined ? framing : this.#byPrompt(framing, prompt),
      prompt: other,
    };
    this.#stage = this.#stageAfter([]);
  }

  /** The framing of the next frame; undefined when the reply is whole. */
  readonly next = (frames: readonly Uint8Array[]): Framing | undefined => {
    this.#stage = this.#stageAfter(frames);
    return this.#stage === 'whole' ? undefined : this.#framings[this.#stage];
  };

  /** Whether the prompt is what is awaited now. */
  get awaitsPrompt(): boolean {
    return this.#stage === 'prompt';
  }

  /** Whether this is the echo that is awaited now. */
  awaitsEcho(frame: Uint8Array): boolean {
    const { echo } = this.#shape;
    return this.#stage === 'echo' && echo !== undefined && equalBytes(frame, echo);
  }

  /** The frames of the reply itself, or the wrong echo that came in their place. */
  content(frames: readonly Uint8Array[]): { readonly replies: readonly Uint8Array[]; readonly wrongEcho?: Uint8Array } {
    const { echo, prompt } = this.#shape;
    const [first, ...rest] = frames;
    if (echo !== undefined && first !== undefined && !equalBytes(first, echo)) return { replies: [], wrongEcho: first };
    const said = echo === undefined ? frames : rest;
    const last = said.at(-1);
    if (this.#endsByPrompt) return { replies: this.#shape.frames === 0 && last?.length === 0 ? [] : said };
    const endsWithPrompt = prompt !== undefined && last !== undefined && equalBytes(last, prompt);
    return { replies: endsWithPrompt ? said.slice(0, -1) : said };
  }

  /** A prompt that comes first is older than a reply that must have something in it. */
  #byPrompt(framing: Framing, prompt: Uint8Array): Framing {
    if (!this.#endsByPrompt) return orPrompt(framing, prompt);
    const ended = untilPrompt(prompt, framing.maxBytes);
    return this.#shape.frames === 0 ? ended : orPrompt(ended, prompt);
  }

  #stageAfter(frames: readonly Uint8Array[]): Stage {
    const { echo, prompt } = this.#shape;
    if (echo !== undefined && frames.length === 0) return 'echo';
    const said = echo === undefined ? frames : frames.slice(1);
    const { replies, wrongEcho } = this.content(frames);
    if (wrongEcho !== undefined || replies.length < said.length) return 'whole';
    if (this.#endsByPrompt) return said.length === 0 ? 'reply' : 'whole';
    const needed = this.#needed(replies);
    if (replies.length < needed) return 'reply';
    return prompt !== undefined && replies.length === needed ? 'prompt' : 'whole';
  }

  /** How many frames the reply has, as far as can be told by those that have come. */
  #needed(replies: readonly Uint8Array[]): number {
    const { frames, kindOf } = this.#shape;
    const at = replies.findIndex((frame, index) => kindOf(frame, index) !== 'expected');
    const odd = replies[at];
    if (odd === undefined) return frames;
    return kindOf(odd, at) === 'instead' ? at + 1 : at;
  }
}
