import { quoted } from '../../src/driver/index.ts';

/** A sentence whose checksum is right, or that has none and needs none. */
export interface Sentence {
  /** Who talks and what: `GPGGA`, a proprietary `PUBX`, `AIVDM`. */
  readonly address: string;
  readonly fields: readonly string[];
}

/** How what is wrong begins where the line damaged it. */
export const wrongChecksum = 'a wrong checksum';

/** Exclusive or of all characters between the start delimiter and `*`, as two hexadecimal digits. */
export function checksum(body: string): string {
  let sum = 0;
  for (let index = 0; index < body.length; index++) sum ^= body.charCodeAt(index);
  return sum.toString(16).toUpperCase().padStart(2, '0');
}

const shape = /^[$!]([^*]*)(?:\*([0-9A-Fa-f]{2}))?$/;
const addressShape = /^[A-Z0-9]{2,15}$/;

/** A framed sentence taken apart, or, as a text, why it is dropped. */
export function parseSentence(text: string, allowWithoutChecksum: boolean): Sentence | string {
  const [, body, sum] = shape.exec(text) ?? [];
  if (body === undefined) return `not a sentence: ${quoted(text)}`;
  if (sum === undefined && !allowWithoutChecksum) return `a sentence without a checksum: ${quoted(text)}`;
  if (sum !== undefined && sum.toUpperCase() !== checksum(body)) return `${wrongChecksum}: ${quoted(text)}`;
  const [address = '', ...fields] = body.split(',');
  if (!addressShape.test(address)) return `not a sentence: ${quoted(text)}`;
  return { address, fields };
}

const types = ['GGA', 'GLL', 'GSA', 'GSV', 'RMC', 'VTG', 'ZDA'] as const;
export type SentenceType = (typeof types)[number];

/** Which of the sentences of a position receiver it is; undefined for all others. */
export function typeOf({ address }: Sentence): SentenceType | undefined {
  // Talkers have two letters. One that begins with P is a maker's own: Garmin's PGRMC is no RMC.
  if (address.length !== 5 || address.startsWith('P')) return undefined;
  return types.find((type) => address.endsWith(type));
}
