import { hash as digest } from 'node:crypto';
import type { AuditEntry } from './entry.ts';

/** Where a chain stands: its last entry. */
export interface Head {
  readonly seq: number;
  /** SHA-256 of that entry, in hexadecimal digits. */
  readonly hash: string;
}

/** Before the first entry. */
export const genesis: Head = { seq: 0, hash: '0'.repeat(64) };

/** A line of the log that is what it was when it was written. */
export interface Link extends Head {
  readonly prev: string;
  readonly at: string;
  /** All of the entry, `seq`, `at` and `prev` included. */
  readonly content: Readonly<Record<string, unknown>>;
}

/** `,"hash":"`, 64 digits, `"}`. */
const sealLength = 75;
const seal = /^,"hash":"([0-9a-f]{64})"\}$/;
/** Longest params, in characters: those of the longest raw bytes fit. */
const maxParams = 40_000;
const maxText = 500;
const unprintable = /[\u007f-\u009f]/;

/** An entry but for its place in the chain, as the inside of a JSON object. */
export function bodyOf(entry: AuditEntry): string {
  // In the order in which they are written; what is undefined is left out.
  const fields = {
    what: bounded(entry.what),
    by: bounded(entry.by),
    from: bounded(entry.from),
    device: bounded(entry.device),
    simulated: entry.simulated,
    command: bounded(entry.command),
    id: bounded(entry.id),
    outcome: bounded(entry.outcome),
    code: bounded(entry.code),
    detail: bounded(entry.detail),
    params: entry.params,
  };
  const json = JSON.stringify(fields);
  if (json.length > maxParams) fields.params = shortened(entry.params);
  return printable(json.length > maxParams ? JSON.stringify(fields) : json).slice(1, -1);
}

function bounded(text: string | undefined): string | undefined {
  return text === undefined || text.length <= maxText ? text : text.slice(0, maxText);
}

/**
 * The line that follows on `head`, without its end. The hash is that of the line's bytes before `,"hash"`: there is no
 * other form that the same entry could be written in.
 */
export function chained(head: Head, at: string, body: string): Head & { readonly text: string } {
  const seq = head.seq + 1;
  const text = `{"seq":${seq},"at":"${at}","prev":"${head.hash}",${body}`;
  const hash = digest('sha256', text, 'hex');
  return { seq, hash, text: `${text},"hash":"${hash}"}` };
}

/** What a line says, without its end; undefined if it is not what was written. */
export function readLink(line: Buffer): Link | undefined {
  const sealed = seal.exec(line.toString('latin1', Math.max(0, line.length - sealLength)));
  const hash = sealed?.[1];
  if (hash === undefined) return undefined;
  const text = line.subarray(0, line.length - sealLength);
  return digest('sha256', text, 'hex') === hash ? linkOf(contentOf(text), hash) : undefined;
}

/** The number that a line gives itself, whether or not it is what was written. */
export function claimedSeq(line: Buffer): number | undefined {
  const [, digits] = /^\{"seq":(\d{1,15}),/.exec(line.toString('latin1', 0, 30)) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

function linkOf(content: Readonly<Record<string, unknown>> | undefined, hash: string): Link | undefined {
  if (content === undefined) return undefined;
  const { seq, at, prev } = content;
  if (!Number.isSafeInteger(seq) || typeof at !== 'string' || typeof prev !== 'string') return undefined;
  return { seq: Number(seq), at, prev, hash, content };
}

function contentOf(text: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const content: unknown = JSON.parse(`${text.toString()}}`);
    // It begins with a brace, so it is an object.
    return content as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

/** What is too long is stood for by its length and digest, so that it can still be told what it was. */
function shortened(params: unknown): unknown {
  const text = JSON.stringify(params) ?? '';
  if (text.length <= maxParams) return params;
  return { omitted: { bytes: Buffer.byteLength(text), sha256: digest('sha256', text, 'hex') } };
}

/** JSON leaves these as they are, and terminals obey them. */
function printable(json: string): string {
  if (!unprintable.test(json)) return json;
  return json.replaceAll(/[\u007f-\u009f]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
}
