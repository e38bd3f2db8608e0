import { createHash } from 'node:crypto';
import { filledJson, markedJson } from './marks.ts';

/** Shapes that are looked for; more than that are devices that are announced in as many ways. */
const maxShapes = 20_000;

/** What announcements of one make say, with marks where each device says its own words. */
export class Shape {
  /** Of those that are shared; 0 of others. */
  readonly id: number;
  readonly text: string;
  /** It is one device's own, or nothing can be shared of what it says. */
  isOwn: boolean;

  constructor(text: string, id = 0) {
    this.id = id;
    this.text = text;
    this.isOwn = id === 0;
  }
}

/** One announcement: what it says, and the device's own words in it. */
export class Said {
  readonly shape: Shape;
  readonly words: readonly string[];
  /** In bytes. */
  readonly length: number;

  constructor(shape: Shape, words: readonly string[], length: number) {
    this.shape = shape;
    this.words = words;
    this.length = length;
  }

  /** As it came: a character for each byte (Latin-1). */
  get text(): string {
    return filledJson(this.shape.text, this.words);
  }
}

const none: readonly string[] = [];

/**
 * One of each shape, for as long as anybody is announced in it: ten thousand devices of one make say the same, but for their
 * names and what these make of their topics.
 */
export class Shapes {
  readonly #byDigest = new Map<string, WeakRef<Shape>>();
  #count = 0;

  /** `words`: what of it may be the device's own. `payload`: a character for each byte. */
  of(payload: string, words: readonly string[]): Said {
    const text = words.length === 0 ? undefined : markedJson(payload, words);
    if (text === undefined) return new Said(new Shape(payload), none, payload.length);
    return new Said(this.#shape(text), words, payload.length);
  }

  #shape(text: string): Shape {
    const digest = createHash('sha256').update(text, 'latin1').digest('base64');
    const known = this.#byDigest.get(digest)?.deref();
    if (known !== undefined) return known;
    if (this.#byDigest.size >= maxShapes) this.#sweep();
    const shape = new Shape(text, ++this.#count);
    this.#byDigest.set(digest, new WeakRef(shape));
    return shape;
  }

  #sweep(): void {
    for (const [digest, shape] of this.#byDigest) if (shape.deref() === undefined) this.#byDigest.delete(digest);
    if (this.#byDigest.size >= maxShapes) this.#byDigest.clear();
  }
}
