import { RE2JS, RE2JSException } from 're2js';

/** A pattern is a program that may run as a whole for each byte; one of this size reads a reply in milliseconds. */
const longestProgram = 2000;

/** An RE2 regular expression, whose time is linear in what it reads, or why the text is none. */
export function compilePattern(text: string): RE2JS | string {
  try {
    const pattern = RE2JS.compile(text);
    return pattern.programSize() > longestProgram ? 'it repeats too much' : pattern;
  } catch (error) {
    if (error instanceof RE2JSException) return error.message;
    throw error;
  }
}
