import type { HeaderValue } from './lines.ts';

/** What a client would like, as far as this service knows it. */
export interface Preferences {
  /** Answer at once, or when `waitSeconds` are over. */
  readonly respondAsync: boolean;
  /** How long the client waits for the answer. */
  readonly waitSeconds: number | undefined;
}

const noPreferences: Preferences = { respondAsync: false, waitSeconds: undefined };
/** A longer header is ignored. */
const maxCharacters = 2000;
/** Larger delta-seconds mean this (RFC 9111 §1.2.2). */
const maxSeconds = 2_147_483_647;

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const quoted = String.raw`"(?:[\t !#-\[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*"`;
const preference = new RegExp(`^(${token})(?:[ \\t]*=[ \\t]*(${token}|${quoted}))?$`);

/**
 * Reads `Prefer` (RFC 7240 §2). It never fails: a preference that is unknown or not well formed is ignored, and of one
 * that stands twice only the first counts, be its value good or not.
 */
export function parsePrefer(values: HeaderValue): Preferences {
  if (values === undefined) return noPreferences;
  const text = typeof values === 'string' ? values : values.join(',');
  if (text === '') return noPreferences;
  const found = text.length > maxCharacters ? new Map<string, string>() : preferencesOf(text);
  // An empty value is no value (§2), and `respond-async` has none (§4.1).
  return { respondAsync: found.get('respond-async') === '', waitSeconds: secondsOf(found.get('wait')) };
}

/** What `Preference-Applied` says of the preferences that were honoured (RFC 7240 §3); empty if there are none. */
export function preferenceApplied({ respondAsync, waitSeconds }: Preferences): string {
  if (!respondAsync && waitSeconds === undefined) return '';
  const waited = waitSeconds === undefined ? [] : [`wait=${waitSeconds}`];
  return [...(respondAsync ? ['respond-async'] : []), ...waited].join(', ');
}

/** Values by name in lower case, '' where there is none. */
function preferencesOf(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const element of splitOutsideQuotes(text, ',')) {
    const [first, ...parameters] = splitOutsideQuotes(element, ';').map(trim);
    const [, name = '', value = ''] = preference.exec(first ?? '') ?? [];
    const wellFormed = name !== '' && parameters.every((each) => each === '' || preference.test(each));
    const key = name.toLowerCase();
    if (wellFormed && !found.has(key)) found.set(key, unquoted(value));
  }
  return found;
}

/** What follows a quote that is never closed belongs to it. */
function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let inQuotes = false;
  for (let at = 0; at < text.length; at++) {
    if (inQuotes && text[at] === '\\') at++;
    else if (text[at] === '"') inQuotes = !inQuotes;
    else if (!inQuotes && text[at] === separator) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}

/** HTTP's blanks are space and tab only. */
function trim(text: string): string {
  return text.replaceAll(/^[ \t]+|[ \t]+$/g, '');
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value;
}

/** delta-seconds, the value of `wait` (§4.3). */
function secondsOf(value: string | undefined): number | undefined {
  if (value === undefined || !/^\d+$/.test(value)) return undefined;
  return Math.min(Number(value), maxSeconds);
}
