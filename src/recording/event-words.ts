import type { PassedMessage } from './recording.ts';
import { type Place, wrong } from './problem.ts';
import { textOf, type Token, type Value } from './tokens.ts';

type Properties = Partial<Omit<PassedMessage, 'topic' | 'payload' | 'retained'>>;

/** As MQTT has it. */
const longestText = 65_535;
const mostUserProperties = 100;
const maxExpirySeconds = 0xffff_ffff;

/** The data of an event: texts and runs of hex digits, one after the other. Undefined where there are none. */
export function bytesOf(tokens: readonly Token[]): Uint8Array | undefined {
  if (tokens.length === 0) return undefined;
  return Uint8Array.from(Buffer.concat(tokens.map(piece)));
}

function piece(token: Token): Uint8Array {
  if (token.kind === 'text' || token.kind === 'hex') return token.bytes;
  const text = token.kind === 'plain' ? token.text : '';
  return hexBytes(text) ?? fail(token, 'write bytes as two hex digits each, as in 01 ff, or as a text in quotes');
}

function hexBytes(text: string): Uint8Array | undefined {
  return /^(?:[0-9a-f]{2})+$/i.test(text) ? Buffer.from(text, 'hex') : undefined;
}

function fail(place: Place, what: string): never {
  throw wrong(place, what);
}

/** What an event says by name, each taken by whoever knows it. */
export class Words {
  readonly #words = new Map<string, Value>();
  readonly #flags = new Map<string, Place>();

  constructor(tokens: readonly Token[]) {
    for (const token of tokens) {
      const name = token.kind === 'word' ? token.name : token.kind === 'plain' ? token.text : undefined;
      if (name === undefined) throw wrong(token, 'no data can stand here');
      if (this.#words.has(name) || this.#flags.has(name)) throw wrong(token, `${name} is there twice; remove one`);
      if (token.kind === 'word') this.#words.set(name, token.value);
      else this.#flags.set(name, token);
    }
  }

  flag(name: string): boolean {
    return this.#flags.delete(name);
  }

  text(name: string): string | undefined {
    const value = this.#take(name);
    return value && textIn(value);
  }

  number(name: string, maximum: number): number | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    const number = /^\d{1,16}$/.test(value.plain ?? '') ? Number(value.plain) : Number.NaN;
    if (number <= maximum) return number;
    throw wrong(value, `${name} is a whole number, ${maximum} at most`);
  }

  /** In quotes, or hex digits. */
  bytes(name: string): Uint8Array | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    if (value.quoted !== undefined) return value.quoted;
    const bytes = hexBytes(value.plain ?? '');
    if (bytes === undefined) throw wrong(value, `${name} is hex digits without spaces, or a text in quotes`);
    return Uint8Array.from(bytes);
  }

  properties(): Properties {
    const qos = this.number('qos', 2);
    const messageExpirySeconds = this.number('messageExpirySeconds', maxExpirySeconds);
    const responseTopic = this.text('responseTopic');
    const correlationData = this.bytes('correlationData');
    const contentType = this.text('contentType');
    const userProperties = this.#user();
    return {
      // By its maximum it is one of them.
      ...(qos !== undefined && { qos: qos as 0 | 1 | 2 }),
      ...(messageExpirySeconds !== undefined && { messageExpirySeconds }),
      ...(responseTopic !== undefined && { responseTopic }),
      ...(correlationData !== undefined && { correlationData }),
      ...(contentType !== undefined && { contentType }),
      ...(userProperties !== undefined && { userProperties }),
    };
  }

  /** Whatever nobody knew is a mistake, and said to be. */
  end(hint = ''): void {
    for (const [name, place] of [...this.#words, ...this.#flags]) {
      throw wrong(place, `${name.slice(0, 40)} is nothing that can stand here${hint}`);
    }
  }

  #places = new Map<string, Place>();

  /** About a word that has been taken. */
  wrong(name: string, what: string): Error {
    return wrong(this.#places.get(name) ?? { line: 1, column: 1 }, what);
  }

  #take(name: string): Value | undefined {
    const value = this.#words.get(name);
    if (value !== undefined) this.#places.set(name, value);
    this.#words.delete(name);
    return value;
  }

  #user(): Readonly<Record<string, string>> | undefined {
    const names = [...this.#words.keys()].filter((name) => name.startsWith('user.'));
    if (names.length === 0) return undefined;
    const entries = names.map((name, index): [string, string] => {
      const value = this.text(name) ?? '';
      if (index >= mostUserProperties) throw this.wrong(name, `these are more than ${mostUserProperties} properties`);
      return [name.slice('user.'.length), value];
    });
    return Object.fromEntries(entries);
  }
}

function textIn(value: Value): string {
  const text = value.quoted === undefined ? (value.plain ?? '') : textOf(value.quoted, { place: value });
  if (text.length > longestText) throw wrong(value, `this is longer than ${longestText} characters`);
  return text;
}
