import { printable } from '../../errors.ts';

/** Characters of a device's words that a comment repeats. */
const maxWords = 300;

/**
 * What a device says of itself, for a comment: one line that cannot end the comment, begin a tag, or make the code around it
 * look like something else (characters that turn the direction of reading).
 */
export function words(text: unknown): string {
  if (typeof text !== 'string') return '';
  const line = text
    .slice(0, maxWords * 2)
    .replaceAll(/\s+/g, ' ')
    .trim();
  const short = line.length > maxWords ? `${line.slice(0, maxWords)}…` : line;
  return unmistakable(printable(short))
    .replaceAll('*/', String.raw`*\/`)
    .replace(/^@/, String.raw`\@`);
}

/** A string literal. */
export function literal(text: string): string {
  const escaped = JSON.stringify(text.toWellFormed())
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
    .replaceAll("'", String.raw`\'`);
  return `'${unmistakable(escaped)}'`;
}

/** A key of an object: quoted where it has to be. */
export function propertyKey(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name);
}

/** Nothing that is invisible, ends a line, or turns around what stands after it. */
function unmistakable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
    return units.map((unit) => String.raw`\u${unit.toString(16).padStart(4, '0')}`).join('');
  });
}

/** Lines before something, as a comment; none without words. */
export function comment(lines: readonly string[], indent: string): string {
  const said = lines.filter((line) => line !== '');
  const [first, ...more] = said;
  if (first === undefined) return '';
  if (more.length === 0) return `${indent}/** ${first} */\n`;
  return `${indent}/**\n${said.map((line) => `${indent} * ${line}\n`).join('')}${indent} */\n`;
}
