import { printable } from '../errors.ts';
import type { Sight } from './alarm.ts';
import type { Look } from './look.ts';
import { type AlarmSettings, kindOf } from './rule.ts';

/** Devices write some of what is shown. */
const maxText = 200;

/** What a rule saw, in words and numbers. */
export function sightOf(rule: AlarmSettings, seen: Look, unit: string | null, simulated: boolean): Sight {
  const { high, low, deviation, severity, message } = rule;
  return {
    property: rule.property,
    kind: kindOf(rule),
    value: bounded(seen.value),
    limit: high ?? low ?? deviation?.by ?? null,
    ...(seen.reference === undefined || deviation === undefined ? {} : { reference: seen.reference }),
    unit,
    severity,
    ...(message === undefined ? {} : { message }),
    detail: detailOf(rule, seen, unit),
    simulated,
  };
}

function detailOf(rule: AlarmSettings, seen: Look, unit: string | null): string {
  const its = unit === null ? '' : ` ${unit}`;
  const { property, high, low, deviation } = rule;
  const value = `${property} is ${JSON.stringify(bounded(seen.value))}${its}`;
  const isBeyond = seen.verdict === 'beyond';
  if (high !== undefined) return `${value}, ${isBeyond ? 'above' : 'not above'} ${high}${its}`;
  if (low !== undefined) return `${value}, ${isBeyond ? 'below' : 'not below'} ${low}${its}`;
  if (deviation === undefined)
    return isBeyond ? `${property} is not good: ${textOf(seen.problem ?? '')}` : `${value}, and good`;
  const from = `${seen.reference ?? '?'}${its}${typeof deviation.from === 'string' ? ` (${deviation.from})` : ''}`;
  return `${value}, ${isBeyond ? 'more' : 'no more'} than ${deviation.by}${its} from ${from}`;
}

/** Texts and structures are shown as far as they are short. */
function bounded(value: unknown): unknown {
  if (typeof value === 'string') return textOf(value);
  if (typeof value !== 'object' || value === null) return value;
  const text = JSON.stringify(value);
  return text.length <= maxText ? value : textOf(text);
}

function textOf(text: string): string {
  return printable(text.length > maxText ? `${text.slice(0, maxText)}…` : text);
}
