import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { BellcrankError } from '../errors.ts';
import type { CommandRecord, IdempotencyKey } from '../store/record.ts';
import type { CommandStore } from '../store/store.ts';
import type { Submission } from './step.ts';

export interface IdempotencySettings {
  /** How long a key stands for its command. */
  readonly expiryMs: number;
  /** Whether commands that change something need one. */
  readonly required: boolean;
}

/** Longest time that it may take to find out what a key stands for. */
const lookupMs = 5000;

/** A key in use by a command that has not ended, or whose end is not on record yet. */
export interface Claim {
  readonly key: IdempotencyKey;
  /** Set once the command exists. */
  record?: CommandRecord;
  /** The first request has its answer, so another one may have one, too. */
  answered?: true;
}

/**
 * Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07): a key of a client stands for one command. Keys of
 * commands that have not ended are in memory; the store knows those of the others, also after a restart.
 */
export class IdempotencyKeys {
  readonly #commands: CommandStore;
  readonly #clock: Clock;
  readonly #settings: IdempotencySettings;
  readonly #claims = new Map<string, Claim>();
  /** What the wall clock showed when the other one showed nothing. */
  readonly #epoch: number;

  constructor(commands: CommandStore, clock: Clock, settings: IdempotencySettings) {
    this.#commands = commands;
    this.#clock = clock;
    this.#settings = settings;
    this.#epoch = clock.now() - clock.monotonic();
  }

  /** Whether commands that change something need a key. */
  get required(): boolean {
    return this.#settings.required;
  }

  /**
   * Claims the submission's key, or finds the command that it stands for. Rejects with `idempotency-mismatch` if that
   * was another command and with `idempotency-in-flight` while its first request has no answer.
   */
  async claim(submission: Submission): Promise<{ claim?: Claim; replayed?: CommandRecord }> {
    if (submission.key === undefined) return {};
    const key = { value: submission.key, fingerprint: fingerprintOf(submission) };
    const name = nameOf(submission.caller.name, key.value);
    const holder = this.#claims.get(name);
    if (holder !== undefined) return { replayed: replay(holder, key) };
    const claim: Claim = { key };
    this.#claims.set(name, claim);
    try {
      const lookup = this.#commands.byKey(submission.caller.name, key.value, this.#since);
      const known = await this.#inTime(lookup, submission);
      if (known === undefined) return { claim };
      checkFingerprint(known.key, key);
      this.#claims.delete(name);
      return { replayed: known };
    } catch (error) {
      this.#claims.delete(name);
      throw unanswered(error);
    }
  }

  /** A wall clock that was put forward must not have a command executed again: then keys are valid for longer. */
  get #since(): number {
    return Math.min(this.#clock.now(), this.#epoch + this.#clock.monotonic()) - this.#settings.expiryMs;
  }

  /** The client has other things to do than to wait for an index that is busy. */
  async #inTime<T>(lookup: Promise<T>, { timeoutMs = Infinity }: Submission): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const ms = Math.min(lookupMs, timeoutMs);
    const timer = this.#clock.timer(ms, () =>
      reject(new BellcrankError('journal-unavailable', `the Idempotency-Key could not be looked up within ${ms} ms`)),
    );
    lookup.then(resolve, reject);
    return await promise.finally(() => timer.cancel());
  }

  /** The command came to nothing, or its end is on record: the store answers for the key from now on. */
  release(by: string, claim: Claim): void {
    this.#claims.delete(nameOf(by, claim.key.value));
  }
}

/** Whether the key was used before is not known, so nothing was sent. */
function unanswered(error: unknown): unknown {
  if (!(error instanceof BellcrankError) || error.code !== 'journal-unavailable') return error;
  return new BellcrankError(error.code, `${error.message}; nothing was sent`, {
    outcome: 'not-sent',
    reason: 'unrecorded',
    retryAfterMs: 5000,
    cause: error,
  });
}

function replay(holder: Claim, key: IdempotencyKey): CommandRecord {
  checkFingerprint(holder.key, key);
  if (holder.record !== undefined && holder.answered === true) return holder.record;
  throw new BellcrankError('idempotency-in-flight', 'the first request with this Idempotency-Key is still running', {
    retryAfterMs: 1000,
  });
}

function checkFingerprint(known: IdempotencyKey | undefined, key: IdempotencyKey): void {
  if (known?.fingerprint === key.fingerprint) return;
  throw new BellcrankError(
    'idempotency-mismatch',
    'this Idempotency-Key was used for another device, command or parameters; use a new key for a new command',
  );
}

/** A line break cannot stand in a header, so no two pairs have one name. */
function nameOf(by: string, key: string): string {
  return `${by}\n${key}`;
}

function fingerprintOf({ device, command, params }: Submission): string {
  return createHash('sha256')
    .update(canonical([device, command, params]))
    .digest('base64url');
}

/** JSON with sorted keys: the order in which a client wrote them makes no other command. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => {
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
