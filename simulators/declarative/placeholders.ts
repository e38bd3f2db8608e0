import type { FieldPart } from '../../drivers/declarative/template/template.ts';

/** Values that some conversion can tell: what is read and dropped, and what nobody gave a value. */
export function placeholders(part: FieldPart, nowMs: number): readonly unknown[] {
  const numbers = [0, 1];
  const texts = ['SIM', 'A', '0', '1', ' ', ''];
  const wide = Array.from({ length: 32 }, (_, index) => 'A'.repeat(index + 1));
  const fallback = part.fallback === undefined ? [] : [part.fallback];
  return [...fallback, ...members(part), ...numbers, false, ...texts, new Date(nowMs).toISOString(), ...wide];
}

/** The texts of `%{off|on}` and the values of `%{CV=constant-voltage|CC=constant-current}`. */
function members({ conversion }: FieldPart): readonly unknown[] {
  const list = /^%[-+ 0#!*\d.]*\{(.*)\}$/s.exec(conversion.text)?.[1];
  if (list === undefined) return [];
  return list.split('|').map((member) => member.slice(member.indexOf('=') + 1));
}
