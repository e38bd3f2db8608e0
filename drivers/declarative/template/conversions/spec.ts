import { BellcrankError } from '../../../../src/driver/index.ts';
import { TemplateError, type Conversion, type FieldValue } from '../template.ts';

/** The characters between % and the width. */
export interface Flags {
  readonly left: boolean;
  readonly sign: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  readonly alternate: boolean;
  readonly exact: boolean;
  readonly drop: boolean;
}

/** A conversion as it is written. */
export interface ConversionSpec {
  /** The whole of it: `%05.2f`. */
  readonly text: string;
  /** Where it begins in the template. */
  readonly at: number;
  readonly letter: string;
  readonly flags: Flags;
  readonly width: number | undefined;
  readonly precision: number | undefined;
  /** What follows the letter (a set, a choice, a pattern), its escapes not yet read. */
  readonly argument: string;
  /** Where that begins in the template. */
  readonly argumentAt: number;
}

export type CreateConversion = (spec: ConversionSpec) => Conversion;

const names: Readonly<Record<Exclude<keyof Flags, 'drop'>, string>> = {
  left: '-',
  sign: '+',
  space: ' ',
  zero: '0',
  alternate: '#',
  exact: '!',
};

type Flag = keyof typeof names;

interface Allowed {
  readonly flags?: readonly Flag[];
  readonly width?: readonly [number, number];
  readonly precision?: readonly [number, number];
}

/** Throws `TemplateError` for a flag, a width or a precision that the conversion does not know: none is ignored. */
export function allow(spec: ConversionSpec, { flags = [], width, precision }: Allowed): void {
  for (const flag of Object.keys(names) as Flag[]) {
    if (spec.flags[flag] && !flags.includes(flag)) refuse(spec, `the flag "${names[flag]}" means nothing in it`);
  }
  if (spec.flags.exact && spec.width === undefined) refuse(spec, 'an exact width needs a width');
  inRange(spec, 'width', spec.width, width);
  inRange(spec, 'precision', spec.precision, precision);
}

export function refuse(spec: ConversionSpec, why: string): never {
  throw new TemplateError(`${spec.text}: ${why}`, spec.at);
}

/** Throws what a client is told of a value that the conversion cannot tell. */
export function untellable(text: string, value: FieldValue, why: string): never {
  const shown = typeof value === 'string' ? JSON.stringify(value) : String(value);
  throw new BellcrankError('invalid-request', `${shown.slice(0, 100)} ${why} (${text})`);
}

function inRange(
  spec: ConversionSpec,
  what: string,
  value: number | undefined,
  range: readonly [number, number] | undefined,
): void {
  if (value === undefined) return;
  if (range === undefined) return refuse(spec, `a ${what} means nothing in it`);
  const [least, most] = range;
  if (value < least || value > most) refuse(spec, `its ${what} is ${least} to ${most}`);
}
