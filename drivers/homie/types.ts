import { jsonSubset } from './json-subset.ts';
import type { JsonSchema } from '../../src/driver/index.ts';

/** What a value is, by its datatype and format (Homie 5, "Property Attributes"). */
export type ValueType =
  | ({ readonly kind: 'integer' | 'float' } & Range)
  | { readonly kind: 'boolean'; readonly labels?: readonly [string, string] }
  | { readonly kind: 'string' | 'datetime' | 'duration' }
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  | { readonly kind: 'color'; readonly forms: readonly ColorForm[]; readonly named: boolean }
  | { readonly kind: 'json'; readonly schema: JsonSchema };

export interface Range {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly step?: number;
}

export type ColorForm = 'rgb' | 'hsv' | 'xyz';

const maxChoices = 200;
const number = /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

/**
 * The type, or why there is none. `named` colors begin with the name of their form, as Homie 5 writes them; Homie 4 has
 * one form and writes its numbers alone.
 */
export function typeOf(datatype: string, format: string | undefined, version: 4 | 5): ValueType | string {
  switch (datatype) {
    case 'integer':
    case 'float':
      return rangeOf(datatype, format ?? '');
    case 'boolean':
      return booleanOf(format);
    case 'string':
    case 'datetime':
    case 'duration':
      return { kind: datatype };
    case 'enum':
      return choiceOf(format ?? '');
    case 'color':
      return colorOf(format ?? '', version);
    case 'json':
      return { kind: 'json', schema: jsonSubset(format) };
    default:
      return `its datatype ${JSON.stringify(datatype)} is not known`;
  }
}

/** `min:max:step`, each of which may be missing. */
function rangeOf(kind: 'integer' | 'float', format: string): ValueType | string {
  const parts = format === '' ? [] : format.split(':');
  if (parts.length > 3 || parts.some((part) => part !== '' && !number.test(part))) return 'its range is not understood';
  const [minimum, maximum, step] = parts.map((part) => (part === '' ? undefined : Number(part)));
  // JSON can say `1e999`, and holds no such number.
  if ([minimum, maximum, step].some((each) => each !== undefined && !Number.isFinite(each))) {
    return 'its range is not understood';
  }
  if (minimum !== undefined && maximum !== undefined && minimum > maximum) return 'its range holds no value';
  if (step !== undefined && step <= 0) return 'its step is none';
  return {
    kind,
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    ...(step !== undefined && { step }),
  };
}

/** The format has a label for false and one for true. */
function booleanOf(format: string | undefined): ValueType {
  const [no, yes, more] = (format ?? '').split(',');
  if (no === undefined || yes === undefined || more !== undefined || no === '' || yes === '')
    return { kind: 'boolean' };
  return { kind: 'boolean', labels: [no.slice(0, 100), yes.slice(0, 100)] };
}

/** White space belongs to the values; none may come twice. */
function choiceOf(format: string): ValueType | string {
  const values = format.split(',');
  if (values.length > maxChoices) return `it has more than ${maxChoices} values`;
  const fits = !values.includes('') && new Set(values).size === values.length;
  return fits ? { kind: 'enum', values } : 'its values cannot be told apart';
}

function colorOf(format: string, version: 4 | 5): ValueType | string {
  const forms = [...new Set(format.split(','))].filter((form): form is ColorForm => /^(rgb|hsv|xyz)$/.test(form));
  if (version === 4 && (forms.length !== 1 || forms[0] === 'xyz')) return 'its form is not known';
  return forms.length === 0 ? 'its form is not known' : { kind: 'color', forms, named: version === 5 };
}
