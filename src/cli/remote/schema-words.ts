import type { JsonSchema } from '../../client/index.ts';
import { textOf } from './params/convert.ts';
import { choicesOf, forms, itemsOf, typesOf, unitOf } from './params/schema.ts';

/** What may stand somewhere, in a few words: `number, 0 to 30, in V`. */
export function schemaWords(schema: unknown): string {
  return [...new Set(forms(schema).map(formWords))].join(' or ');
}

function formWords(form: JsonSchema): string {
  const choices = choicesOf(form);
  if (choices !== undefined) return choices.slice(0, 30).map(textOf).join(' | ');
  const kinds = typesOf(form).map((type) => kind(type, form));
  const unit = unitOf(form);
  const words = [kinds.join(' or ') || 'anything', bounds(form), unit === undefined ? '' : `in ${unit}`];
  return words.filter((word) => word !== '').join(', ');
}

function kind(type: string, form: JsonSchema): string {
  if (type === 'integer') return 'whole number';
  if (type === 'boolean') return 'true | false';
  if (type === 'string') return 'text';
  return type === 'array' ? `list of ${schemaWords(itemsOf(form))}` : type;
}

function bounds(form: JsonSchema): string {
  const of = (keyword: string): string | undefined => {
    const value = form[keyword];
    return typeof value === 'number' ? String(value) : undefined;
  };
  const [low, high] = [of('minimum'), of('maximum')];
  const [above, below] = [of('exclusiveMinimum'), of('exclusiveMaximum')];
  const range =
    low !== undefined && high !== undefined
      ? [`${low} to ${high}`]
      : [low === undefined ? '' : `${low} or more`, high === undefined ? '' : `${high} or less`];
  const words = [
    ...range,
    above === undefined ? '' : `above ${above}`,
    below === undefined ? '' : `below ${below}`,
    of('multipleOf') === undefined ? '' : `in steps of ${of('multipleOf') ?? ''}`,
    of('maxLength') === undefined ? '' : `${of('maxLength') ?? ''} characters at most`,
    of('maxItems') === undefined ? '' : `${of('maxItems') ?? ''} at most`,
  ];
  return words.filter((word) => word !== '').join(', ');
}
