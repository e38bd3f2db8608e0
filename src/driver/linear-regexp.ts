import { RE2JS } from 're2js';

interface Matcher {
  test(text: string): boolean;
  toString(): string;
}

/**
 * A schema's pattern in time linear in the text, whatever the pattern: what is matched comes from clients and devices,
 * and a definition's patterns from whoever wrote it. What RE2 does not know (look-around, back-references) only drivers
 * in code can ask for, and gets JavaScript's own engine.
 */
export function linearRegExp(pattern: string, flags: string): Matcher {
  const compiled = compile(pattern);
  if (compiled === undefined) return new RegExp(pattern, flags);
  // Ajv tells patterns apart by their text.
  return { test: (text) => compiled.matcher(text).find(), toString: () => `/${pattern}/${flags}` };
}

/** Whether a pattern can be matched in linear time. */
export function isLinear(pattern: string): boolean {
  return compile(pattern) !== undefined;
}

function compile(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(RE2JS.translateRegExp(pattern));
  } catch {
    return undefined;
  }
}
