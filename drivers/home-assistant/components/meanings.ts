import { fieldOf, isFields } from '../../../src/driver/index.ts';
import type { Heard } from './heard.ts';
import { type Meaning, none, nothing, problem, told } from './reader.ts';

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

export function numberIn(text: string): number | undefined {
  const trimmed = text.trim();
  const number = trimmed.length <= 100 && decimal.test(trimmed) ? Number(trimmed) : undefined;
  return number !== undefined && Number.isFinite(number) ? number : undefined;
}

const shown = (text: string): string => JSON.stringify(text.slice(0, 40));

/** One number. Home Assistant ignores an empty state of something numeric. */
export const aNumber: Meaning = (text) => {
  if (text === '') return nothing;
  const number = numberIn(text);
  return number === undefined ? problem(`${shown(text)} is no number`) : told(number);
};

/** Home Assistant's longest state. */
export const maxStateLength = 255;

export const aText: Meaning = (text) =>
  text.length > maxStateLength ? problem(`a text of ${text.length} characters is too long`) : told(text);

/** One of several payloads, and what each means. */
export function oneOf(words: readonly (readonly [string, unknown])[]): Meaning {
  const meanings = new Map(words);
  return (text) =>
    meanings.has(text)
      ? told(meanings.get(text))
      : text === ''
        ? nothing
        : problem(`${shown(text)} is none of its states`);
}

export function onOff(on: string, off: string): Meaning {
  return oneOf([
    [off, false],
    [on, true],
  ]);
}

/** One of a list, or a reset to "not known". */
export function choice(options: readonly string[], reset?: string): Meaning {
  const meaning = oneOf(options.map((option) => [option, option]));
  return (text, heard) => (reset !== undefined && text === reset ? none : meaning(text, heard));
}

/** Numbers with commas between, as many as there are names. */
export function numbersOf(names: readonly string[]): Meaning {
  return (text) => {
    const parts = text.split(',', names.length + 1).map(numberIn);
    if (parts.length !== names.length || parts.includes(undefined))
      return problem(`${shown(text)} is not ${names.length} numbers`);
    return told(Object.fromEntries(names.map((name, at) => [name, parts[at]])));
  };
}

/** A field of a state that is JSON. */
export function fieldIn(heard: Heard, key: string): unknown {
  const state = heard.plain;
  return isFields(state) ? fieldOf(state, key) : undefined;
}
