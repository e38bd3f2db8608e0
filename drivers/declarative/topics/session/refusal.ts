import type { BellcrankError } from '../../../../src/driver/index.ts';
import { verdict } from '../../session/judge.ts';
import { type Arrived, hear } from '../message/hear.ts';
import type { Known } from '../message/wire.ts';
import type { ErrorRule } from '../topic-map.ts';

/** The refusal that a message tells by this rule; its topic has been looked at. */
export function refusalBy(rule: ErrorRule, message: Arrived, known: Known): BellcrankError | undefined {
  const { code: _, text: __, ...others } = known;
  const fields = hear(rule.hearing, message, others);
  if (fields === undefined) return undefined;
  const code = rule.code ?? textOf(fields['code']) ?? '';
  const own = Object.hasOwn(rule.texts, code) ? rule.texts[code] : undefined;
  const text = textOf(fields['text']) ?? own ?? rule.text ?? (message.text ?? '').slice(0, 200);
  return verdict(rule.outcome, code, text);
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.slice(0, 500);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
