import type { Passed } from '../wire/tap.ts';
import { escaped } from '../wire/words.ts';

/** Bytes or text (Latin-1) that is part of what passes, or an expression that matches it; of messages with their topic. */
export type WirePattern = string | Uint8Array | RegExp | { readonly topic: string; readonly payload?: string | RegExp };

/** Something that is to pass. On a byte stream it may come in several chunks. */
export class Expectation {
  readonly text: string;
  fulfilled = false;
  readonly #way: Passed['way'];
  readonly #pattern: WirePattern;
  #bytes = '';

  constructor(way: Passed['way'], pattern: WirePattern) {
    this.#way = way;
    this.#pattern = pattern;
    this.text = `${way === 'sent' ? '→' : '←'} ${textOf(pattern)}`;
  }

  /** Whether this piece fulfils it. */
  take({ way, piece }: Passed): boolean {
    if (way !== this.#way) return false;
    if (piece instanceof Uint8Array) {
      this.#bytes = (this.#bytes + Buffer.from(piece).toString('latin1')).slice(-100_000);
      this.fulfilled = isIn(this.#pattern, this.#bytes);
    } else {
      this.fulfilled = isMessage(this.#pattern, piece.topic, Buffer.from(piece.payload).toString('utf8'));
    }
    return this.fulfilled;
  }
}

function isIn(pattern: WirePattern, text: string): boolean {
  if (pattern instanceof RegExp) return pattern.test(text);
  if (typeof pattern === 'string') return text.includes(pattern);
  return pattern instanceof Uint8Array && text.includes(Buffer.from(pattern).toString('latin1'));
}

function isMessage(pattern: WirePattern, topic: string, payload: string): boolean {
  if (typeof pattern === 'string' || pattern instanceof RegExp || pattern instanceof Uint8Array) {
    return isIn(pattern, `${topic} ${payload}`);
  }
  if (pattern.topic !== topic) return false;
  return pattern.payload === undefined || isIn(pattern.payload, payload);
}

function textOf(pattern: WirePattern): string {
  if (pattern instanceof RegExp) return String(pattern);
  if (typeof pattern === 'string' || pattern instanceof Uint8Array) return `"${escaped(pattern)}"`;
  return pattern.payload === undefined ? pattern.topic : `${pattern.topic} ${textOf(pattern.payload)}`;
}
