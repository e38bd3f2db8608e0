import { type Kind, stepOf, textOf } from '../kind.ts';

/** One property of a Homie node, as its description says it (Homie 5, "Properties"). */
export interface HomieProperty {
  readonly name: string;
  readonly datatype: string;
  readonly format?: string;
  readonly unit?: string;
  readonly settable?: boolean;
  readonly retained?: boolean;
}

type Numeric = Extract<Kind, { type: 'integer' | 'number' }>;

/** Homie tells an empty text from none by one zero byte (Homie 5, "Empty string values"). */
const emptyText = '\0';

export function typeOf(kind: Kind): Pick<HomieProperty, 'datatype' | 'format'> {
  switch (kind.type) {
    case 'boolean':
      return { datatype: 'boolean' };
    case 'integer':
      return { datatype: 'integer', ...rangeOf(kind) };
    case 'number':
      return { datatype: 'float', ...rangeOf(kind) };
    case 'enum':
      return enumOf(kind.options);
    case 'string':
      return { datatype: 'string' };
    case 'json':
      break;
  }
  // A payload of this type is an array or an object; other JSON is a text (Homie 5, "JSON").
  const { type } = kind.schema;
  if (type !== 'array' && type !== 'object') return { datatype: 'string' };
  return { datatype: 'json', format: JSON.stringify(kind.schema) };
}

/** `min:max:step`, each of which may be left out (Homie 5, "Formats"). */
function rangeOf(kind: Numeric): { format?: string } {
  const { minimum, maximum } = kind;
  const step = stepOf(kind);
  const [low = '', high = '', steps = ''] = [minimum, maximum, step].map((value) => payloadOf(value, kind));
  if (low === '' && high === '' && steps === '') return {};
  return { format: steps === '' ? `${low}:${high}` : `${low}:${high}:${steps}` };
}

/** Options stand between commas, so one that has a comma in it, or nothing, makes it a text (Homie 5, "Enum"). */
function enumOf(options: readonly string[]): Pick<HomieProperty, 'datatype' | 'format'> {
  if (options.some((option) => option === '' || option.includes(','))) return { datatype: 'string' };
  return { datatype: 'enum', format: options.join(',') };
}

/** A value that its type cannot hold is not told as another one (Homie 5, "Integer": 64 bits). */
export function payloadOf(value: unknown, kind: Kind): string | undefined {
  if (kind.type === 'integer' && typeof value === 'number' && Math.abs(value) >= 2 ** 63) return undefined;
  const text = textOf(value, kind);
  return text === '' ? emptyText : text;
}

export const read = (payload: string): string => (payload === emptyText ? '' : payload);
