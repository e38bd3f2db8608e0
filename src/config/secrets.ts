import { resolve } from 'node:path';
import type { Finding } from '../yaml/place.ts';
import { type ReadFile, readFailure, utf8 } from './read-file.ts';
import { isRecord } from '../yaml/schema-walk.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface SecretSources {
  readonly env: Environment;
  readonly readFile: ReadFile;
  /** The folder that `{ file }` is relative to. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
}

const maxBytes = 65_536;

/** Where values stand that may be secrets: at this depth of a section and below. */
export const secretDepths = {
  /** connections, name, kind, key. */
  connections: 4,
  /** webhooks, index, key. */
  webhooks: 3,
  /** tracing, headers, name. */
  tracing: 3,
  /** server, tls, key. */
  server: 3,
} as const;

/**
 * A copy of a section in which `{ env: NAME }` and `{ file: path }` are what they refer to. What cannot be had is
 * a finding, which names the reference and never its value.
 */
export async function resolveSecrets(
  section: keyof typeof secretDepths,
  content: unknown,
  sources: SecretSources,
): Promise<{ value: unknown; findings: Finding[] }> {
  const findings: Finding[] = [];
  const copy = async (value: unknown, path: readonly string[]): Promise<unknown> => {
    if (Array.isArray(value)) {
      const items: unknown[] = [];
      for (const [index, item] of value.entries()) items.push(await copy(item, [...path, String(index)]));
      return items;
    }
    if (!isRecord(value)) return value;
    if (path.length >= secretDepths[section] && isReference(value)) {
      const found = await secretOf(value, sources);
      if (found.secret === undefined) findings.push({ path, detail: found.detail });
      return found.secret;
    }
    const entries: [string, unknown][] = [];
    for (const [key, item] of Object.entries(value)) entries.push([key, await copy(item, [...path, key])]);
    return Object.fromEntries(entries);
  };
  return { value: await copy(content, [section]), findings };
}

export type Reference = { readonly env: string } | { readonly file: string };
export type Found = { readonly secret: string } | { readonly secret?: undefined; readonly detail: string };

export function isReference(value: Record<string, unknown>): value is Reference {
  const keys = Object.keys(value);
  return keys.length === 1 && (typeof value['env'] === 'string' || typeof value['file'] === 'string');
}

/** What a reference stands for, or why it cannot be had. */
export function secretOf(reference: Reference, sources: SecretSources): Found | Promise<Found> {
  return 'env' in reference ? fromEnvironment(reference.env, sources) : fromFile(reference.file, sources);
}

function fromEnvironment(name: string, { env }: SecretSources): Found {
  const secret = Object.hasOwn(env, name) ? env[name] : undefined;
  if (secret === undefined) return { detail: `the environment variable ${name} is not set` };
  return secret === '' ? { detail: `the environment variable ${name} is empty` } : { secret };
}

async function fromFile(path: string, { readFile, folder, signal }: SecretSources): Promise<Found> {
  try {
    const text = utf8(await readFile(resolve(folder, path), maxBytes, signal));
    if (text === undefined) return { detail: `the file ${path} is not text in UTF-8` };
    const secret = text.replace(/\r?\n$/, '');
    return secret === '' ? { detail: `the file ${path} is empty` } : { secret };
  } catch (error) {
    return { detail: `the file ${path} ${readFailure(error)}` };
  }
}
