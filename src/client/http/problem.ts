import { type ErrorCode, type InputError, type NotSentReason, type Outcome, printable } from '../../errors.ts';
import type { CommandView, ProblemView } from '../types.ts';

/** The service’s codes, and one for an answer that is none of its own, as a proxy’s page is. */
export type ProblemCode = ErrorCode | 'unexpected-answer';

/** What a problem consists of; what stands in its body stays as it came. */
export interface ProblemParts {
  readonly code: ProblemCode;
  readonly status: number;
  readonly detail: string;
  readonly title?: string | undefined;
  readonly outcome?: Outcome | undefined;
  readonly reason?: NotSentReason | undefined;
  readonly retryable?: boolean | undefined;
  readonly commandId?: string | undefined;
  readonly errors?: readonly InputError[] | undefined;
  readonly device?: { readonly code: string; readonly text: string } | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly problem?: ProblemView | undefined;
  readonly command?: CommandView | undefined;
}

/** What is learnt of a command after its problem was told. */
export type Learnt = Pick<ProblemParts, 'outcome' | 'command'>;

/** The service said no: an `application/problem+json` answer (docs/problems/), told apart by its `code`. */
export class BellcrankProblem extends Error {
  override readonly name: string = 'BellcrankProblem';
  readonly code: ProblemCode;
  /** The HTTP status. */
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** What became of the command, where there is one. `unknown` is neither success nor failure. */
  readonly outcome: Outcome | undefined;
  /** Why nothing was sent. */
  readonly reason: NotSentReason | undefined;
  /** Whether trying again later is safe and may succeed. */
  readonly retryable: boolean;
  readonly commandId: string | undefined;
  /** What is wrong with the request, each with a JSON pointer. */
  readonly errors: readonly InputError[];
  /** The device’s own words. */
  readonly device: { readonly code: string; readonly text: string } | undefined;
  /** How long to wait before the next try, where the service said so. */
  readonly retryAfterMs: number | undefined;
  /** The whole body. */
  readonly problem: ProblemView | undefined;
  /** The command as it stands, where it is known. */
  readonly command: CommandView | undefined;

  /** `more` goes before what `parts` say. */
  constructor(parts: ProblemParts, more: Learnt = {}) {
    super(messageOf(parts));
    this.code = parts.code;
    this.status = parts.status;
    this.title = parts.title ?? '';
    this.detail = parts.detail;
    this.outcome = more.outcome ?? parts.outcome;
    this.reason = parts.reason;
    this.retryable = parts.retryable ?? false;
    this.commandId = parts.commandId;
    this.errors = parts.errors ?? [];
    this.device = parts.device;
    this.retryAfterMs = parts.retryAfterMs;
    this.problem = parts.problem;
    this.command = more.command ?? parts.command;
  }
}

/** Devices write parts of a detail, and terminals obey control characters. */
function messageOf({ code, detail, errors = [] }: ProblemParts): string {
  const told = errors.filter(({ pointer }) => !detail.includes(pointer)).slice(0, 5);
  const more = told.map((error) => `; ${error.pointer}: ${error.detail}`);
  return printable(`${code}: ${detail}${more.join('')}`.slice(0, 2000));
}

/** A command that did not succeed. */
export class CommandError extends BellcrankProblem {
  override readonly name: string = 'CommandError';
}

/** The device said no; nothing changed. */
export class CommandRefused extends CommandError {
  override readonly name = 'CommandRefused';
}

/** The device tried and failed, or reads back something else. */
export class CommandFailed extends CommandError {
  override readonly name = 'CommandFailed';
}

/** Proven that nothing left; `reason` says why. */
export class CommandNotSent extends CommandError {
  override readonly name = 'CommandNotSent';
}

/** It may have happened or not: look at the device before trying again. */
export class CommandUnknown extends CommandError {
  override readonly name = 'CommandUnknown';
}

const byOutcome: Readonly<Record<Exclude<Outcome, 'succeeded'>, typeof CommandError>> = {
  refused: CommandRefused,
  failed: CommandFailed,
  'not-sent': CommandNotSent,
  unknown: CommandUnknown,
};

/** A problem of a command, as the class that its outcome has; without one nothing was accepted. */
export function commandError(parts: ProblemParts, more: Learnt = {}): BellcrankProblem {
  const outcome = more.outcome ?? parts.outcome;
  if (outcome === undefined || outcome === 'succeeded') return new BellcrankProblem(parts, more);
  return new byOutcome[outcome](parts, more);
}

/** What is thrown for a command that ended otherwise than well. */
export function errorOfCommand(command: CommandView): BellcrankProblem {
  const { outcome = 'unknown', reason, error, id } = command;
  return commandError({
    code: error?.code ?? 'internal',
    status: 200,
    detail: error?.detail ?? `the command ended ${outcome}`,
    outcome,
    reason,
    commandId: id,
    device: error?.device,
    command,
  });
}

/** The parts of a body that is problem+json. */
export function partsOf(problem: ProblemView): Omit<ProblemParts, 'retryAfterMs'> {
  const { code, status, title, detail, outcome, reason, retryable, commandId, errors, device } = problem;
  return { code, status, title, detail, outcome, reason, retryable, commandId, errors, device, problem };
}
