import { scanTemplate } from '../../drivers/declarative/template/scan.ts';
import type { Values } from '../../drivers/declarative/template/template.ts';
import { meant } from './fields.ts';
import { acts, type Hearing } from './hearings.ts';

/** A message as one of the things that it may mean. */
export interface Heard {
  readonly hearing: Hearing;
  /** Its fields, and those of the messages before it in the same conversation, in the properties' units. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Bytes that stand in the template itself: the more, the more specific. */
  readonly literalBytes: number;
}

/**
 * Tells what a message means. Several meanings can share one message (properties that are read from one reply), so all of
 * the right ones are told, the most specific first. A conversation of several messages goes on where the last one ended.
 */
export class Recogniser {
  readonly #hearings: readonly Hearing[];
  /** What the last message was, and the fields so far. */
  #last: ReadonlyMap<Hearing, Heard['values']> = new Map();

  constructor(hearings: readonly Hearing[]) {
    this.#hearings = hearings;
  }

  /** Whether these bytes are a whole message, without taking them. */
  knows(message: Uint8Array): boolean {
    return this.#hearings.some(({ template, known }) => scanTemplate(template, message, known).ok);
  }

  /** Empty for a message that the device does not understand. */
  hear(message: Uint8Array): readonly Heard[] {
    const all = this.#hearings.flatMap((hearing) => this.#heardAs(hearing, message));
    all.sort((a, b) => b.literalBytes - a.literalBytes);
    const actors = this.#inPlace(all.filter(({ hearing }) => acts(hearing)));
    const others = this.#inPlace(all.filter(({ hearing }) => !acts(hearing)));
    // A question within a setting is only a question where the setting has not begun.
    const isAsked = others.some((one) => this.#isInPlace(one)) && !actors.some((one) => this.#isInPlace(one));
    const heard = isAsked ? others : [...actors, ...others];
    if (heard.length > 0) this.#last = new Map(heard.map(({ hearing, values }) => [hearing, values]));
    return heard;
  }

  #heardAs(hearing: Hearing, message: Uint8Array): Heard[] {
    const { template, known, exchange } = hearing;
    const scanned = scanTemplate(template, message, known);
    if (!scanned.ok) return [];
    const scaled = Object.entries(scanned.values).map(([name, value]) => [name, meant(value, exchange.fields[name])]);
    const values = { ...this.#before(hearing), ...Object.fromEntries(scaled) };
    return [{ hearing, values, literalBytes: literalBytes(hearing) }];
  }

  #before(hearing: Hearing): Heard['values'] | undefined {
    const { previous, repeat } = hearing;
    const again = repeat === undefined ? undefined : this.#last.get(hearing);
    return again ?? (previous === undefined ? undefined : this.#last.get(previous));
  }

  #isInPlace({ hearing }: Heard): boolean {
    return hearing.previous === undefined || this.#before(hearing) !== undefined;
  }

  /** Those that go on where the last message ended; else those that begin something; else all. */
  #inPlace(heard: readonly Heard[]): readonly Heard[] {
    const going = heard.filter(({ hearing }) => hearing.previous !== undefined && this.#before(hearing) !== undefined);
    const beginning = heard.filter(({ hearing }) => hearing.previous === undefined);
    const isReading = heard.some(({ hearing }) => !acts(hearing));
    if (going.length > 0) return isReading ? [...going, ...beginning] : going;
    return beginning.length > 0 ? beginning : heard;
  }
}

function literalBytes({ template, known }: Hearing): number {
  let count = 0;
  for (const part of template.parts) {
    if (part.kind === 'literal') count += part.bytes.length;
    else if (part.kind === 'field' && part.name !== undefined) count += knownBytes(known, part.name);
  }
  return count;
}

/** A field with a fixed value is as good as literal text. */
function knownBytes(known: Values, name: string): number {
  return known[name] === undefined ? 0 : String(known[name]).length;
}
