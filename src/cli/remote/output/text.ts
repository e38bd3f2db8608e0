import { printable } from '../../../errors.ts';

/** Characters that are not seen and change how others are: of direction, of no width, of lines, tags. */
const hidden = /[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Text of a device or of a person as a terminal may have it: what would steer the terminal or deceive its reader is escaped. */
export function safe(text: string): string {
  return printable(text).replaceAll(hidden, escaped);
}

// oxlint-disable-next-line no-control-regex -- It is what colours begin with.
const linesAndColours = /(\n|\t|\u001b\[\d{1,2}m)/;

/** Lines with the colours that are put in here; everything else that would steer the terminal is escaped. */
export function harmless(lines: string): string {
  return lines
    .split(linesAndColours)
    .map((part, index) => (index % 2 === 0 ? safe(part) : part))
    .join('');
}

// oxlint-disable-next-line no-control-regex -- It is how a line that is shown while something goes on begins and ends.
const shownLine = /^(\r?)([^]*?)((?:\u001b\[K)?)$/;

/**
 * What any sub-command writes, where it is a terminal that it writes to: the last look at what devices, files and services
 * say, wherever it was forgotten. A line that is written over itself stays one.
 */
export function forTerminal(text: string): string {
  const [, begin = '', lines = '', end = ''] = shownLine.exec(text) ?? [];
  return `${begin}${harmless(lines)}${end}`;
}

/** JSON that a terminal may have: the same value, with what would steer it escaped, which JSON has only in strings. */
export function jsonText(value: unknown, indent = 2): string {
  return JSON.stringify(value, null, indent)
    .replaceAll(/[\u007f-\u009f]/g, escaped)
    .replaceAll(hidden, escaped);
}

/** RFC 8259 §7: a character beyond the first plane is two. */
function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, index) => unit(character.charCodeAt(index))).join('');
}

function unit(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`;
}
