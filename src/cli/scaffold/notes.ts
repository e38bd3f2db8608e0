import { printable } from '../../errors.ts';

/** Comments of a draft about what it does not have; more of them are counted. */
const maxNotes = 20;
const longest = 200;

/** What a draft has to say about what it left out, each thing once. */
export class Notes {
  readonly #lines = new Set<string>();

  add(line: string): void {
    this.#lines.add(line);
  }

  /** The first ones, and how many more there were. */
  lines(): readonly string[] {
    const lines = [...this.#lines];
    const more = lines.length - maxNotes;
    return more > 0 ? [...lines.slice(0, maxNotes), `- … and ${more} more like these.`] : lines;
  }
}

/** Of a device's own bytes: on one line whatever they are, since a line end would end the comment. */
export function cutText(text: string): string {
  const shown = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return printable(shown).replaceAll(/[\u2028\u2029]/g, ' ');
}

/** A device's text in a comment. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
