import { integerBelow } from '../stages/choices.ts';

/** How a text stops being JSON: none of them always does it, and the last one does. */
const breaks: readonly ((text: string, random: () => number) => string)[] = [
  (text, random) => text.slice(0, integerBelow(text.length, random)),
  (text) => `${text},`,
  (text) => text.replace('"', ''),
  (text) => text.replace(':', '='),
  (text) => `${text}${text}`,
  (text) => text.replace(/[}\]]$/, ''),
  (text) => text.replace(/\d+|true|false|null/, 'NaN'),
  (text) => `{${text}`,
];

/** The same payload, broken in a way that the seed chooses, so that it is not JSON. */
export function brokenJson(payload: Uint8Array, random: () => number): Uint8Array {
  const text = Buffer.from(payload).toString('latin1');
  const first = integerBelow(breaks.length, random);
  for (let nth = 0; nth < breaks.length; nth++) {
    const broken = breaks[(first + nth) % breaks.length]?.(text, random) ?? text;
    if (broken !== text && !isJson(broken)) return Uint8Array.from(Buffer.from(broken, 'latin1'));
  }
  return Uint8Array.from(Buffer.from('{'));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
