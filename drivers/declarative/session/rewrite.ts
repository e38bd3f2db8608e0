import { RE2JS } from 're2js';
import { latin1 } from '../../../src/driver/index.ts';
import type { Exchange } from '../definition/definition.ts';

type Rules = Exchange['rewrite'];

const compiled = new WeakMap<Rules[number], RE2JS>();

/** A frame as its exchange's rules rewrite it; each takes time linear in what it reads. */
export function rewritten(frame: Uint8Array, rules: Rules): Uint8Array {
  if (rules.length === 0) return frame;
  let text = latin1(frame);
  for (const rule of rules) text = patternOf(rule).matcher(text).replaceAll(rule.with);
  return Buffer.from(text, 'latin1');
}

function patternOf(rule: Rules[number]): RE2JS {
  const known = compiled.get(rule);
  if (known !== undefined) return known;
  const pattern = RE2JS.compile(rule.pattern);
  compiled.set(rule, pattern);
  return pattern;
}
