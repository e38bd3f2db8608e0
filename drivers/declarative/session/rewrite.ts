import type { RE2JS } from 're2js';
import { BellcrankError, latin1 } from '../../../src/driver/index.ts';
import type { Exchange } from '../definition/definition.ts';
import { compilePattern } from '../template/pattern.ts';

type Rules = Exchange['rewrite'];

/** Rules may write a reply out at more length, but not without end: each could double what the one before it made. */
const mayGrowBy = 4096;

const compiled = new WeakMap<Rules[number], RE2JS>();

/**
 * A frame as its exchange's rules rewrite it; each takes time linear in what it reads. Undefined where that is far longer
 * than the frame.
 */
export function rewritten(frame: Uint8Array, rules: Rules): Uint8Array | undefined {
  if (rules.length === 0) return frame;
  let text = latin1(frame);
  for (const rule of rules) {
    text = patternOf(rule).matcher(text).replaceAll(rule.with);
    if (text.length > 2 * frame.length + mayGrowBy) return undefined;
  }
  return Buffer.from(text, 'latin1');
}

function patternOf(rule: Rules[number]): RE2JS {
  const known = compiled.get(rule);
  if (known !== undefined) return known;
  const pattern = compilePattern(rule.pattern);
  if (typeof pattern === 'string') throw new BellcrankError('driver-fault', `${rule.pattern}: ${pattern}`);
  compiled.set(rule, pattern);
  return pattern;
}
