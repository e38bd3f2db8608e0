import type { DefinitionSource } from '../../drivers/declarative/definition/definition.ts';

/** Most that a time of a definition may be in tests that run in real time. */
const most: Readonly<Record<string, number>> = {
  replyTimeoutMs: 250,
  interByteTimeoutMs: 40,
  gapMs: 2,
  minIntervalMs: 2,
  quietMs: 80,
  everyMs: 10,
  // Waits between steps.
  ms: 5,
};

/** The same definition, in a hurry: timeouts and pauses are cut, all else is as it was. */
export function hurried(source: DefinitionSource): DefinitionSource {
  return { ...source, largest: cut(source.largest), compile: (options) => cut(source.compile(options)) };
}

function cut<T>(value: T): T {
  if (Array.isArray(value)) return value.map(cut) as T & unknown[];
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  // A template has no times in it.
  if ('parts' in value) return value;
  const entries = Object.entries(value).map(([key, one]: [string, unknown]) => [key, limited(key, one)]);
  return Object.fromEntries(entries) as T;
}

function limited(key: string, value: unknown): unknown {
  const limit = most[key];
  if (typeof value === 'number' && limit !== undefined) return Math.min(value, limit);
  return key === 'model' || key === 'simulator' || key === 'examples' ? value : cut(value);
}
