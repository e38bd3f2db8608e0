import { InvalidArgumentError } from 'commander';

/** A name and a value, as `--option name=value` gives it. */
export type NameValue = readonly [name: string, value: unknown];

/** Collects `name=value`; for commander. */
export function nameAndValue(text: string, before: readonly NameValue[]): readonly NameValue[] {
  const pair = pairOf(text);
  if (pair === undefined) throw new InvalidArgumentError('It must be name=value.');
  try {
    return [...before, [pair.name, valueOf(pair.value)]];
  } catch {
    throw new InvalidArgumentError(`The value of ${pair.name} begins as JSON does, and is none.`);
  }
}

/** `name=value`, cut at the first equals sign. */
export function pairOf(text: string): { readonly name: string; readonly value: string } | undefined {
  const at = text.indexOf('=');
  return at < 1 ? undefined : { name: text.slice(0, at), value: text.slice(at + 1) };
}

/** A number, a truth value, a list, an object or a text in quotes as JSON has it; anything else is text. Throws for broken JSON. */
export function valueOf(text: string): unknown {
  return /^(-?\d+(\.\d+)?$|true$|false$|["[{])/.test(text) ? JSON.parse(text) : text;
}
