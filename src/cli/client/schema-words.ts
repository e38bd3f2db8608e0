import type { JsonSchema } from '../../client/index.ts';
import { words } from './source-text.ts';

/** What a schema says beside the type: `Voltage, in V: 0 to 5.5.` Without its title where something else names it. */
export function schemaWords(schema: unknown, { titled = true } = {}): string {
  if (!isSchema(schema)) return '';
  const { title, description, unit } = schema;
  const head = [titled ? words(title) : '', typeof unit === 'string' && unit !== '' ? `in ${words(unit)}` : ''];
  const about = head.filter((part) => part !== '').join(', ');
  const limits = limitsOf(schema).join(', ');
  const first = [about, limits].filter((part) => part !== '').join(': ');
  const sentences = [first === '' ? '' : sentence(first), words(description)];
  return sentences.filter((part) => part !== '').join(' ');
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function limitsOf(schema: JsonSchema): string[] {
  const { multipleOf, maxLength, minLength, pattern, default: usual } = schema;
  return [
    rangeOf(schema),
    typeof multipleOf === 'number' ? `in steps of ${multipleOf}` : '',
    typeof minLength === 'number' && minLength > 0 ? `at least ${minLength} characters` : '',
    typeof maxLength === 'number' ? `at most ${maxLength} characters` : '',
    typeof pattern === 'string' ? `like ${words(pattern)}` : '',
    ['string', 'number', 'boolean'].includes(typeof usual) ? `${words(JSON.stringify(usual))} by default` : '',
  ].filter((part) => part !== '');
}

function rangeOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string {
  const [low, high] = [
    [minimum, exclusiveMinimum],
    [maximum, exclusiveMaximum],
  ] as const;
  const isClosed = typeof low[0] === 'number' && typeof high[0] === 'number';
  if (isClosed && low[1] === undefined && high[1] === undefined) return `${low[0]} to ${high[0]}`;
  const parts = [
    typeof minimum === 'number' ? `at least ${minimum}` : '',
    typeof exclusiveMinimum === 'number' ? `above ${exclusiveMinimum}` : '',
    typeof maximum === 'number' ? `at most ${maximum}` : '',
    typeof exclusiveMaximum === 'number' ? `below ${exclusiveMaximum}` : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}
