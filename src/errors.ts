/** What happened to a command (docs/architecture.md, "Outcomes"). */
export type Outcome = 'succeeded' | 'refused' | 'failed' | 'not-sent' | 'unknown';

/** Why a command is proven not to have left. */
export const notSentReasons = [
  'expired',
  'cancelled',
  'superseded',
  'stopped',
  'forbidden',
  'leased',
  'interlocked',
  'offline',
  'unrecorded',
  'shutdown',
  'fault',
] as const;
export type NotSentReason = (typeof notSentReasons)[number];

/** One code per cause; `src/http/problem.ts` gives each its HTTP status. */
export const errorCodes = [
  'invalid-request',
  'unauthenticated',
  'forbidden',
  'not-found',
  'device-not-found',
  'command-not-found',
  'property-not-found',
  'driver-not-found',
  'connection-not-found',
  'candidate-not-found',
  'alarm-not-found',
  'key-exists',
  'key-limit',
  'keys-unavailable',
  'method-not-allowed',
  'request-timeout',
  'not-acceptable',
  'device-exists',
  'device-limit',
  'connection-taken',
  'candidate-unsupported',
  'device-refused',
  'interlocked',
  'cancelled',
  'superseded',
  'already-sent',
  'busy',
  'idempotency-in-flight',
  'managed-by-config',
  'not-simulated',
  'precondition-failed',
  'payload-too-large',
  'uri-too-long',
  'unsupported-media-type',
  'idempotency-mismatch',
  'leased',
  'stopped',
  'disabled',
  'queue-full',
  'rate-limited',
  'headers-too-large',
  'internal',
  'interrupted',
  'driver-fault',
  'device-failed',
  'verify-mismatch',
  'device-protocol',
  'connection-lost',
  'device-offline',
  'no-value',
  'identity-mismatch',
  'journal-unavailable',
  'audit-unavailable',
  'overloaded',
  'issuer-unavailable',
  'shutting-down',
  'device-timeout',
  'expired',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** One thing that is wrong with an input; `pointer` is a JSON pointer that includes the offending key. */
export interface InputError {
  readonly pointer: string;
  readonly detail: string;
  /** Where it stands, if it was read from a file: the file, and the line and the column in it, from 1. */
  readonly source?: string;
  readonly line?: number;
  readonly column?: number;
}

/** The device's own words for a refusal or a failure. */
export interface DeviceError {
  readonly code: string;
  readonly text: string;
}

export interface ErrorDetails {
  /** Set only by whoever knows it; otherwise the pipeline derives it from what left. */
  readonly outcome?: Outcome;
  readonly reason?: NotSentReason;
  readonly device?: DeviceError;
  readonly errors?: readonly InputError[];
  readonly retryAfterMs?: number;
  /** A checksum says that what came is not what was sent. */
  readonly damaged?: boolean;
  readonly cause?: unknown;
}

/** The one error class that crosses layers. Its message is written for the person who has to act on it. */
export class BellcrankError extends Error {
  static {
    knownAcrossCopies(this, 'error');
  }

  override readonly name = 'BellcrankError';
  readonly code: ErrorCode;
  readonly outcome: Outcome | undefined;
  readonly reason: NotSentReason | undefined;
  readonly device: DeviceError | undefined;
  readonly errors: readonly InputError[] | undefined;
  readonly retryAfterMs: number | undefined;
  readonly damaged: boolean;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(cut(message, 1000), details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.outcome = details.outcome;
    this.reason = details.reason;
    this.device = details.device && { code: cut(details.device.code, 100), text: cut(details.device.text, 500) };
    this.errors = details.errors;
    this.retryAfterMs = details.retryAfterMs;
    this.damaged = details.damaged === true;
  }
}

/**
 * Has `instanceof` know what another copy of this module made: a driver may have been installed with its own, and what it
 * throws crosses over. For a class that is derived from this one, `instanceof` means what it always does.
 */
export function knownAcrossCopies(target: { readonly prototype: object }, name: string): void {
  const brand = Symbol.for(`bellcrank.${name}`);
  Object.defineProperty(target.prototype, brand, { value: true });
  Object.defineProperty(target, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      if (this !== target) return Function.prototype[Symbol.hasInstance].call(this, value);
      return typeof value === 'object' && value !== null && brand in value;
    },
  });
}

/**
 * The device itself said "not now", and did nothing: its words are there, or its driver says what that means. Otherwise it
 * may be ours, for a part of what left.
 */
export function isBusy(error: unknown): error is BellcrankError {
  if (!(error instanceof BellcrankError) || error.code !== 'busy') return false;
  return error.outcome === 'refused' || (error.outcome === undefined && error.device !== undefined);
}

const knownCodes = new Set<string>(errorCodes);
const knownReasons = new Set<string>(notSentReasons);

/**
 * What a driver threw, fit to be judged and counted: it may throw itself when it is looked at, and where nobody checked the
 * driver's types an error of ours may name a code that there is not.
 */
export function thrown(error: unknown): unknown {
  try {
    if (error instanceof BellcrankError && !hasKnownWords(error)) return oddError(error);
    textOf(error);
    return error;
  } catch {
    return new Error(unseen);
  }
}

function hasKnownWords({ code, reason }: BellcrankError): boolean {
  return knownCodes.has(code) && (reason === undefined || knownReasons.has(reason));
}

function oddError(cause: BellcrankError): BellcrankError {
  const words = [cause.code, cause.reason].filter((word) => word !== undefined).join(', ');
  const message = `the driver threw a BellcrankError of a kind that there is not (${words}): ${cause.message}`;
  return new BellcrankError('driver-fault', message, { cause });
}

/** Whatever was thrown, or a signal was aborted with, as an error. */
export function asError(value: unknown): Error {
  const told = thrown(value);
  return told instanceof Error ? told : new Error(String(told));
}

/** A short text for a log line or an error detail, whatever was thrown; bounded, since devices and libraries write it. */
export function messageOf(error: unknown): string {
  try {
    return textOf(error);
  } catch {
    return unseen;
  }
}

/** Of what throws when it is looked at. */
const unseen = 'something was thrown that cannot be looked at';

function textOf(error: unknown): string {
  return cut(error instanceof Error ? error.message : String(error), 500);
}

/** Devices and libraries write what errors say; it is kept and sent. */
function cut(text: string, characters: number): string {
  return printable(text.length > characters ? `${text.slice(0, characters)}…` : text);
}

/** Without control characters, which terminals obey and JSON escapes only in part, and without half of a character. */
export function printable(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(controls, (character) => `\\u00${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

// oxlint-disable-next-line no-control-regex -- They are what it looks for.
const controls = /[\u0000-\u001f\u007f-\u009f]/g;
