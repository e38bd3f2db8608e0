import type { Kind } from '../kind.ts';

/** One property of a Homie node, as its description says it (Homie 5, "Properties"). */
export interface HomieProperty {
  readonly name: string;
  readonly datatype: string;
  readonly format?: string;
  readonly unit?: string;
  readonly settable?: boolean;
  readonly retained?: boolean;
}

/** Homie tells an empty text from none by one zero byte (Homie 5, "Payload", "Empty string values"). */
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
  return { datatype: 'json', format: JSON.stringify(kind.schema) };
}

/** `min:max:step`, each of which may be left out (Homie 5, "Integer" and "Float"). */
function rangeOf({ minimum, maximum, step }: Extract<Kind, { type: 'integer' | 'number' }>): { format?: string } {
  if (minimum === undefined && maximum === undefined && step === undefined) return {};
  const ends = `${minimum ?? ''}:${maximum ?? ''}`;
  return { format: step === undefined ? ends : `${ends}:${step}` };
}

/** Options stand between commas, so one that has a comma in it, or nothing, makes it a text (Homie 5, "Enum"). */
function enumOf(options: readonly string[]): Pick<HomieProperty, 'datatype' | 'format'> {
  if (options.some((option) => option === '' || option.includes(','))) return { datatype: 'string' };
  return { datatype: 'enum', format: options.join(',') };
}

export const written = (text: string): string => (text === '' ? emptyText : text);
export const read = (payload: string): string => (payload === emptyText ? '' : payload);
