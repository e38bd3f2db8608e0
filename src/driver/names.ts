import { createHash } from 'node:crypto';

const maxLength = 63;

/**
 * What a device calls something, as the name of a property, a command or an event: lower-case letters, digits and single
 * hyphens, at most 63. `Outputs/LEDs/Green` is `outputs-leds-green`, `localTemperature` is `local-temperature`.
 */
export function nameOf(text: string): string {
  const name = text
    .slice(0, 4 * maxLength)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z\d]+/g, '-')
    .slice(0, maxLength)
    .replace(/^-+|-+$/g, '');
  return name === '' ? `x-${digestOf(text)}` : name;
}

/** Digits of the digest behind a name: none, and more as long as another text has the same name. */
const digits = [0, 6, 16, 40] as const;

/**
 * A name for each of the texts, whatever their order, and no name twice. Those that would have the same name have a digest
 * of their text behind it, each of them, so that no name passes from one text to another because one more comes.
 */
export function namesOf(texts: Iterable<string>): ReadonlyMap<string, string> {
  const names = new Map(Array.from(texts, (text) => [text, nameOf(text)]));
  for (const more of digits.slice(1)) {
    const counts = new Map<string, number>();
    for (const name of names.values()) counts.set(name, (counts.get(name) ?? 0) + 1);
    const shared = [...names].filter(([, name]) => counts.get(name) !== 1);
    for (const [text] of shared) {
      const kept = nameOf(text)
        .slice(0, maxLength - 1 - more)
        .replace(/-$/, '');
      names.set(text, `${kept}-${digestOf(text, more)}`);
    }
  }
  return names;
}

function digestOf(text: string, length = 6): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}
