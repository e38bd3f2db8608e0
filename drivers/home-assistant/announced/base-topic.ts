import { fieldOf, type Fields, isFields } from '../../../src/driver/index.ts';
import { expanded, keyTable } from './abbreviations.ts';

/** What `~` stands for, if anything. */
export function baseOf(fields: Fields): string | undefined {
  const base = fieldOf(fields, '~');
  return typeof base === 'string' ? base : undefined;
}

/** Puts the base in where a topic begins or ends with `~`, in the list of availability topics too. */
export function withBase(fields: Fields, base: string | undefined): Fields {
  const entries = Object.entries(fields).filter(([key]) => key !== '~');
  return Object.fromEntries(entries.map(([key, value]) => [key, based(key, value, base)]));
}

function based(key: string, value: unknown, base: string | undefined): unknown {
  if (key === 'availability') return availabilityOf(value, base);
  if (typeof value !== 'string' || base === undefined || !key.endsWith('topic')) return value;
  if (value.endsWith('~')) return `${value.slice(0, -1)}${base}`;
  return value.startsWith('~') ? `${base}${value.slice(1)}` : value;
}

/** One entry or a list of them, their keys spelt out. */
function availabilityOf(value: unknown, base: string | undefined): unknown {
  const list = Array.isArray(value) ? (value as unknown[]) : [value];
  return list.map((entry) => (isFields(entry) ? withBase(expanded(entry, keyTable), base) : entry));
}
