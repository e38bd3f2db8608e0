import { linearRegExp } from '../driver/linear-regexp.ts';

/** `*` is any text, `?` any one character, everything else is itself. In time linear in the text. */
export function globMatcher(glob: string): (text: string) => boolean {
  const pattern = Array.from(glob.matchAll(/./gsu), ([character]) => partOf(character)).join('');
  const matcher = linearRegExp(`^${pattern}$`, 'u');
  return (text) => matcher.test(text);
}

function partOf(character: string): string {
  if (character === '*') return '[\\s\\S]*';
  if (character === '?') return '[\\s\\S]';
  return /^[\p{L}\p{N}\s_]$/u.test(character) ? character : `\\x{${character.codePointAt(0)?.toString(16)}}`;
}
