import type { RE2JS } from 're2js';
import { BellcrankError } from '../../../../src/driver/index.ts';
import { toText } from '../bytes.ts';
import { compilePattern } from '../pattern.ts';
import type { Conversion } from '../template.ts';
import { allow, refuse, type ConversionSpec } from './spec.ts';

const longestPattern = 500;

/**
 * `%/regex/`: an RE2 regular expression, matched where the field begins; its time is linear in the bytes, each of which
 * is a character U+0000 to U+00FF. The value is its first group, or else all that matched: also where
 * the group took no part. Only for input.
 */
export function regexConversion(spec: ConversionSpec): Conversion {
  allow(spec, {});
  const pattern = compile(spec);
  const group = pattern.groupCount() > 0 ? 1 : 0;
  return {
    text: spec.text,
    expects: `what matches ${spec.text.slice(1)}`.slice(0, 200),
    capacity: { of: 'text', selfEnding: true, inputOnly: true },
    print() {
      throw new BellcrankError('driver-fault', `${spec.text} is only for input`);
    },
    scan(bytes, from) {
      const matcher = pattern.matcher(toText(bytes, from));
      if (!matcher.lookingAt()) return undefined;
      const value = matcher.group(group) ?? matcher.group(0) ?? '';
      return { value, end: from + matcher.end() };
    },
  };
}

function compile(spec: ConversionSpec): RE2JS {
  if (spec.argument.length > longestPattern) refuse(spec, `it is longer than ${longestPattern} characters`);
  // RE2 itself reads `\/` as a slash.
  const pattern = compilePattern(spec.argument);
  return typeof pattern === 'string' ? refuse(spec, pattern) : pattern;
}
