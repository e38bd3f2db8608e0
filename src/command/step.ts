import type { Place } from '../passing.ts';
import type { Caller } from '../access/caller.ts';
import type { CommandSpec, JsonSchema, Model } from '../driver/spec.ts';
import type { Device } from '../device/device.ts';
import type { Invoked } from '../device/invoke.ts';
import type { Decision } from '../device/decision.ts';
import type { CommandTrace } from './trace.ts';
import type { Verdict } from './outcome.ts';
import type { End } from '../device/end.ts';
import type { Turn } from '../device/lane.ts';
import type { Handler, LiveSession } from '../device/session.ts';
import type { CommandRecord, IdempotencyKey } from '../store/record.ts';

/** What there is of an `AbortSignal` to hear that a client withdraws; a signal is one. */
export interface Withdrawal {
  readonly aborted: boolean;
  addEventListener(abort: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(abort: 'abort', listener: () => void): void;
}

/** What a client asks for. */
export interface Submission {
  readonly device: string;
  /** A command's name, or `write:<property>`. */
  readonly command: string;
  readonly params: unknown;
  /** Who asks; their name is the record's `by`. */
  readonly caller: Caller;
  /** Aborts when the client withdraws; only what is still queued can be. */
  readonly withdrawn?: Withdrawal;
  /** The client's Idempotency-Key. */
  readonly key?: string;
  /** The token of a lease. */
  readonly leaseToken?: string;
  /** Shortens the command's own `timeoutMs`, queue included; never extends it. */
  readonly timeoutMs?: number;
  /** Follows it, where somebody wants that. */
  readonly trace?: CommandTrace | undefined;
}

/** How a write is checked: by reading a property back. */
export interface Verification {
  readonly property: string;
  readonly expected: unknown;
  /** Largest difference between numbers. */
  readonly tolerance: number;
  /** How long the property may take to reach it. */
  readonly withinMs: number;
}

/** A command or a property write, made alike: what the steps need to know of it. */
export interface Resolved {
  readonly spec: Pick<
    CommandSpec,
    'effect' | 'confirmation' | 'timeoutMs' | 'urgent' | 'long' | 'onBusy' | 'abortable'
  >;
  readonly params: JsonSchema;
  readonly result: JsonSchema | undefined;
  /** What is sent may leave the line out of step however it ends. */
  readonly resync?: true;
  handler(session: LiveSession, params: unknown): Handler | undefined;
  /** What is to be read back once the handler has returned. */
  verification(params: unknown): Verification | undefined;
}

/** Where the time of a command went, in ms of the monotonic clock. */
export interface CommandTiming {
  /** From its arrival to its end; absent if a process before took it. */
  readonly totalMs?: number;
  /** From its arrival to its first byte; absent if none left. */
  readonly queueMs?: number;
  /** From its first byte to its end; absent if none left. */
  readonly wireMs?: number;
}

/** That a command may be sent was put on record while it waited. */
export interface Ahead {
  /** Resolves when it is; undefined: that failed, and it may be tried again by itself. */
  put: Promise<void> | undefined;
}

/** What the steps of one command build up between them. */
export interface Passage {
  readonly submission: Submission;
  /** An instant of the monotonic clock: the deadline is counted from here. */
  readonly arrivedAt: number;
  /** Among those that have not ended. */
  place?: Place<Passage> | undefined;
  device?: Device | undefined;
  resolved?: Resolved | undefined;
  /** The device's model that it was resolved in. */
  model?: Model | undefined;
  /** What had been decided of the device when it was accepted, itself included. */
  decision?: Decision | undefined;
  key?: IdempotencyKey | undefined;
  record?: CommandRecord | undefined;
  /** Resolves when its acceptance is on record. */
  accepted?: Promise<void> | undefined;
  /** An instant of the monotonic clock: queue and execution together. */
  deadline?: number | undefined;
  turn?: Turn | undefined;
  /** Beside the record, which says nothing of it: on record it may have been sent. */
  ahead?: Ahead | undefined;
  /** An instant of the monotonic clock: when its first byte was about to leave. */
  sendingAt?: number | undefined;
  invoked?: Invoked | undefined;
  /** What was made of what its handler did. */
  judged?: { readonly invoked: Invoked; readonly verdict: Verdict } | undefined;
  /** Ends whatever the passage still waits for in the queue. */
  readonly queued: End;
  /** Asks the driver of an `abortable` command to end it early; made for one alone. */
  cancelled?: AbortController | undefined;
  /** Of a command that was sent again: attempts that may have been executed. */
  doubtful?: readonly number[] | undefined;
  /** A late reply has told what became of it. */
  late?: true | undefined;
  /** Resolves when what late replies have told so far has been judged. */
  settled?: Promise<void> | undefined;
  /** Resolves with its end once that is on record. */
  finished?: Promise<CommandRecord> | undefined;
  /** Set at its end: nothing is to be taken for it any more. */
  ended?: true | undefined;
}

/** One step on the way to a command that exists. It throws to turn it away. */
export type Step = (passage: Passage) => void;
