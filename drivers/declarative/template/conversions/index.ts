import type { Conversion } from '../template.ts';
import { bcdConversion } from './bcd.ts';
import { charsetConversion } from './charset.ts';
import { enumConversion } from './enum.ts';
import { floatConversion } from './float.ts';
import { integerConversion } from './integer.ts';
import { mantissaConversion } from './mantissa.ts';
import { rawFloatConversion, rawIntegerConversion } from './raw.ts';
import { regexConversion } from './regex.ts';
import { refuse, type ConversionSpec, type CreateConversion } from './spec.ts';
import { charactersConversion, textConversion } from './text.ts';
import { timestampConversion } from './timestamp.ts';

export type { ConversionSpec, Flags } from './spec.ts';

/** Every conversion by its letter (docs/definitions.md, "Conversions"). */
const conversions: ReadonlyMap<string, CreateConversion> = new Map([
  ...['d', 'i', 'u', 'x', 'X', 'o', 'b', 'B'].map((letter) => [letter, integerConversion] as const),
  ...['f', 'e', 'E', 'g', 'G'].map((letter) => [letter, floatConversion] as const),
  ['m', mantissaConversion],
  ['D', bcdConversion],
  ['r', rawIntegerConversion],
  ['R', rawFloatConversion],
  ['T', timestampConversion],
  ['/', regexConversion],
  ['s', textConversion],
  ['c', charactersConversion],
  ['[', charsetConversion],
  ['{', enumConversion],
]);

/** Throws `TemplateError` for a letter that is none, or a flag that means nothing with it. */
export function createConversion(spec: ConversionSpec): Conversion {
  const create = conversions.get(spec.letter);
  return create ? create(spec) : refuse(spec, 'there is no such conversion');
}
