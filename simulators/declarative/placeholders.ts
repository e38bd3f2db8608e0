import type { FieldPart } from '../../drivers/declarative/template/template.ts';

/** Values that some conversion can tell: what is read and dropped, and what nobody gave a value. */
export function placeholders(part: FieldPart, nowMs: number): readonly unknown[] {
  const numbers = [0, 1];
  const texts = ['SIM', 'A', '0', '1', ' ', ''];
  const wide = Array.from({ length: 32 }, (_, index) => 'A'.repeat(index + 1));
  const fallback = part.fallback === undefined ? [] : [part.fallback];
  return [...fallback, ...members(part), ...numbers, false, ...texts, new Date(nowMs).toISOString(), ...wide];
}

function members({ conversion }: FieldPart): readonly unknown[] {
  return conversion.capacity?.choices?.map(({ value }) => value) ?? [];
}
