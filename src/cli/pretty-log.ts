import { createRequire } from 'node:module';
import type { prettyFactory as PrettyFactory } from 'pino-pretty';
import { safe } from './remote/output/text.ts';

/** Makes of a line of JSON what a person reads. What devices say steers no terminal. */
export function prettyLines(colour: boolean): (line: string) => string {
  const { prettyFactory } = createRequire(import.meta.url)('pino-pretty') as {
    readonly prettyFactory: typeof PrettyFactory; // what it exports
  };
  const print = prettyFactory({ colorize: colour, translateTime: 'SYS:HH:MM:ss.l', singleLine: true });
  return (line) => print(JSON.stringify(JSON.parse(line, harmless)));
}

/** A stack is of several lines; everything else is of one. */
function harmless(key: string, value: unknown): unknown {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) {
    if (typeof value !== 'string') return value;
    return key === 'stack' ? value.split('\n').map(safe).join('\n') : safe(value);
  }
  // Names come from outside, too.
  return Object.fromEntries(Object.entries(value).map(([name, its]) => [safe(name), its]));
}
