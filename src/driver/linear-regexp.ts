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
  let test: Matcher['test'] | undefined;
  // What neither engine knows is refused now. The rest is compiled when it is first matched, since most patterns never are.
  if (!isJavaScript(pattern, flags)) test = testOf(pattern, flags);
  return {
    test: (text) => (test ??= testOf(pattern, flags))(text),
    // Ajv tells patterns apart by their text.
    toString: () => `/${pattern}/${flags}`,
  };
}

function testOf(pattern: string, flags: string): Matcher['test'] {
  const compiled = compile(pattern);
  if (compiled !== undefined) return (text) => compiled.matcher(text).find();
  const own = new RegExp(pattern, flags);
  return (text) => own.test(text);
}

/** Which takes next to nothing to find out. */
function isJavaScript(pattern: string, flags: string): boolean {
  try {
    return new RegExp(pattern, flags).flags === flags;
  } catch {
    return false;
  }
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
