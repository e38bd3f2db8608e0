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

/**
 * A name for each of the texts, whatever their order. Those that would have the same name have a digest of their text
 * behind it, each of them, so that none changes its name because another one comes.
 */
export function namesOf(texts: Iterable<string>): ReadonlyMap<string, string> {
  const distinct = [...new Set(texts)];
  const counts = new Map<string, number>();
  for (const text of distinct) counts.set(nameOf(text), (counts.get(nameOf(text)) ?? 0) + 1);
  return new Map(
    distinct.map((text) => {
      const name = nameOf(text);
      return [text, counts.get(name) === 1 ? name : `${name.slice(0, maxLength - 7)}-${digestOf(text)}`];
    }),
  );
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 6);
}
