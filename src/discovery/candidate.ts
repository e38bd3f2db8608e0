import { createHash } from 'node:crypto';
import type { AnyDriver, Candidate } from '../driver/contract.ts';
import { validate } from '../driver/schema.ts';
import { messageOf } from '../errors.ts';

/** `stale`: its connection is down, or it has not been announced since that came back. */
export type CandidateState = 'announced' | 'stale' | 'gone';

/** A device that is announced on a connection. All of its texts are bounded and printable. */
export interface KnownCandidate {
  /** The same for the same device, also after a restart. */
  readonly id: string;
  readonly connection: string;
  /** The driver that speaks its language. */
  readonly dialect: string;
  readonly identity: string;
  readonly name: string;
  readonly manufacturer?: string;
  readonly model?: string;
  readonly version?: string;
  readonly summary?: string;
  /** Valid against the driver's options, unless it is unsupported. */
  readonly options: unknown;
  /** Which device on the connection these options mean, as the driver says. */
  readonly place: string | undefined;
  /** Under which it may be known as well. */
  readonly otherPlaces: readonly string[];
  /** Under which it was known before. They may be another's now: a device there is this one if it says so. */
  readonly formerPlaces?: readonly string[];
  /** Why it cannot be attached. */
  readonly unsupported?: string;
  readonly state: CandidateState;
  /** Wall clock, ms; since the service started. */
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  readonly simulated: boolean;
}

/** Where a candidate is announced. */
export interface Source {
  readonly connection: string;
  readonly driver: AnyDriver;
  readonly simulated: boolean;
}

const maxIdentity = 500;
const maxWord = 200;
const maxText = 500;
const maxOtherwise = 20;
const maxOptionsCharacters = 8192;
const idDigits = 16;

/** Digits of a digest: 20,000 candidates share one with a probability of 10⁻¹¹. */
export function candidateId(connection: string, dialect: string, identity: string): string {
  const text = JSON.stringify([connection, dialect, identity]);
  // A text of its own: a slice would keep the whole digest.
  return createHash('sha256')
    .update(text)
    .digest()
    .toString('hex', 0, idDigits / 2);
}

/** Whether an identity can stand for a device at all. */
export function isIdentity(identity: unknown): identity is string {
  return typeof identity === 'string' && identity !== '' && identity.length <= maxIdentity;
}

/** What a driver found, as it is kept: what a device says of itself is not trusted. */
export function knownCandidate(candidate: Candidate, source: Source, now: number): KnownCandidate {
  const { driver, connection, simulated } = source;
  const dialect = driver.model.name;
  const { options, place, problem } = placed(candidate.options, driver);
  const unsupported = clean(candidate.unsupported, maxText) ?? problem;
  const words = {
    manufacturer: clean(candidate.manufacturer, maxWord),
    model: clean(candidate.model, maxWord),
    version: clean(candidate.version, maxWord),
    summary: clean(candidate.summary, maxText),
    unsupported,
  };
  const identity = clean(candidate.identity, maxIdentity) ?? '?';
  const name = clean(candidate.name, maxWord) ?? identity.slice(0, maxWord);
  return {
    id: candidateId(connection, dialect, candidate.identity),
    connection,
    dialect,
    identity,
    // The same text, where it is.
    name: name === identity ? identity : name,
    ...present(words),
    options,
    place,
    otherPlaces: otherPlaces(candidate.otherwise, driver),
    state: 'announced',
    firstSeenAt: now,
    lastSeenAt: now,
    simulated,
  };
}

interface Placed {
  readonly options: unknown;
  readonly place: string | undefined;
  readonly problem?: string;
}

/** Options are a driver's own words, but made of what a device announced. */
function placed(options: unknown, driver: AnyDriver): Placed {
  const nowhere = { options: {}, place: undefined };
  try {
    const text = JSON.stringify(options ?? {});
    if (text.length > maxOptionsCharacters) return { ...nowhere, problem: 'its options are too long' };
    const copy: unknown = JSON.parse(text);
    const [error] = validate(driver.options, copy, '/options');
    if (error !== undefined) return { ...nowhere, problem: `${error.pointer} ${error.detail}`.slice(0, maxText) };
    return { options: copy, place: driver.address?.(copy) };
  } catch (error) {
    return { ...nowhere, problem: messageOf(error) };
  }
}

function otherPlaces(otherwise: unknown, driver: AnyDriver): readonly string[] {
  const others: readonly unknown[] = Array.isArray(otherwise) ? otherwise.slice(0, maxOtherwise) : [];
  return others.flatMap((options) => placed(options, driver).place ?? []);
}

function present<T extends object>(words: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(words).filter(([, word]) => word !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/** Control characters, halves of characters, and marks that turn the direction of text have no place in a list. */
const unprintable = /[\p{C}\p{Zl}\p{Zp}\s]+/gu;

/** A device's text on one line, cut; undefined if nothing of it is left. */
function clean(text: unknown, characters: number): string | undefined {
  if (typeof text !== 'string') return undefined;
  const line = text
    .slice(0, 2 * characters)
    .replace(unprintable, ' ')
    .trim();
  const cut = line.length > characters ? `${line.slice(0, characters - 1).replace(/[\uD800-\uDBFF]$/, '')}…` : line;
  return cut === '' ? undefined : cut;
}
