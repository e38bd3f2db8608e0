import type { DefinitionSource } from '../../drivers/declarative/definition/definition.ts';

type Limits = Readonly<Record<string, number>>;

/** Most that a time of a definition may be in tests that run in real time. */
const always: Limits = {
  gapMs: 2,
  minIntervalMs: 2,
  everyMs: 10,
  // Waits between steps.
  ms: 5,
};

/** Long enough for a PTY or a socket on a loaded machine. */
export const throughKernel: Limits = { ...always, replyTimeoutMs: 400, interByteTimeoutMs: 40, quietMs: 80 };

/** The same definition, in a hurry: timeouts and pauses are cut, all else is as it was. */
export function hurried(source: DefinitionSource, limits: Limits): DefinitionSource {
  return {
    ...source,
    largest: cut(source.largest, limits),
    compile: (options) => cut(source.compile(options), limits),
  };
}

function cut<T>(value: T, limits: Limits): T {
  if (Array.isArray(value)) return value.map((one: unknown) => cut(one, limits)) as T & unknown[];
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  // A template has no times in it.
  if ('parts' in value) return value;
  const entries = Object.entries(value).map(([key, one]: [string, unknown]) => [key, limited(key, one, limits)]);
  return Object.fromEntries(entries) as T;
}

function limited(key: string, value: unknown, limits: Limits): unknown {
  const limit = limits[key];
  if (typeof value === 'number' && limit !== undefined) return Math.min(value, limit);
  return key === 'model' || key === 'simulator' || key === 'examples' ? value : cut(value, limits);
}
