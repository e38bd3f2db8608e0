import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Submitted } from '../command/pipeline.ts';
import type { Submission } from '../command/step.ts';
import type { Clock, Timer } from '../clock.ts';
import { asError, BellcrankError } from '../errors.ts';
import type { CommandRecord } from '../store/record.ts';
import { sendProblem } from './errors.ts';
import { parseIdempotencyKey } from './headers/idempotency-key.ts';
import { headerLines } from './headers/lines.ts';
import { leaseTokenOf } from './headers/lease-token.ts';
import { parsePrefer, type Preferences, preferenceApplied } from './headers/prefer.ts';
import { parseRequestTimeout } from './headers/request-timeout.ts';
import { problemOf } from './problem.ts';
import type { Services } from './routes.ts';
import { commandView, dryRunView } from './views.ts';
import { commandWithdrawal } from './withdrawal.ts';

/** Longest that a request is held open for its command. */
export const maxWaitSeconds = 30;

/** After which a command that did not leave is worth another try. */
const retryAfterMs = 2000;

/** What is asked of a device, without who asks and how. */
export type Asked = Pick<Submission, 'device' | 'command' | 'params'>;

/** Answers with a command that succeeded. */
export type Show = (reply: FastifyReply, record: CommandRecord) => FastifyReply;

/**
 * Sends a command and answers with its end, or with 202 and where to look when the client does not wait that long
 * (RFC 7240). What ended otherwise than well is a problem that carries the command's id. The answer comes later, and for that
 * nothing is returned: the handler of the route must not be `async`.
 */
export function sendCommand(
  { pipeline, clock }: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  asked: Asked,
  show: Show = showCommand,
): void {
  const arrivedAt = clock.monotonic();
  const patience = patienceOf(parsePrefer(request.headers['prefer']));
  const submission = submissionOf(request, asked);
  submission.withdrawn = commandWithdrawal(reply.raw);
  submission.trace = request.trace?.command(asked.device, asked.command);
  void reply.header('vary', 'Prefer');
  const answering = new Answering({ clock, reply, show, patience, arrivedAt });
  pipeline.start(submission).then(
    (submitted) => answering.begin(submitted),
    (error: unknown) => answering.failed(error),
  );
}

interface AnsweringParts {
  readonly clock: Clock;
  readonly reply: FastifyReply;
  readonly show: Show;
  readonly patience: Patience;
  /** An instant of the monotonic clock. */
  readonly arrivedAt: number;
}

/** Waits for the end of a command as long as its client does. Whatever goes wrong, the client has an answer. */
class Answering {
  readonly #parts: AnsweringParts;
  #timer: Timer | undefined;
  #isLate = false;

  constructor(parts: AnsweringParts) {
    this.#parts = parts;
  }

  begin(submitted: Submitted): void {
    const { patience, reply } = this.#parts;
    try {
      tellOf(submitted, patience, reply);
      if (patience.seconds > 0) return this.#await(submitted);
    } catch (error) {
      return this.failed(error);
    }
    // Where the acceptance cannot be put on record the command ends at once, and its end is the answer.
    submitted.accepted
      .catch(() => submitted.ended)
      .then(
        () => this.#await(submitted),
        (error: unknown) => this.#unended(submitted, error),
      );
  }

  failed(error: unknown): void {
    void this.#parts.reply.send(asError(error));
  }

  /** The command exists, and whoever is told that nobody knows its end must be able to look for it later. */
  #unended({ record }: Submitted, error: unknown): void {
    if (error instanceof BellcrankError) unended(this.#parts.reply, record, error);
    else this.failed(error);
  }

  #await(submitted: Submitted): void {
    const { clock, patience, arrivedAt } = this.#parts;
    const ms = arrivedAt + patience.seconds * 1000 - clock.monotonic();
    this.#timer = clock.timer(Math.max(0, ms), () => this.#late(submitted));
    submitted.ended.then(
      (record) => this.#ended(submitted, record),
      (error: unknown) => this.#ended(submitted, undefined, error),
    );
  }

  /** Whoever waits in vain leaves nothing behind. */
  #ended(submitted: Submitted, record: CommandRecord | undefined, error?: unknown): void {
    this.#timer?.cancel();
    if (this.#isLate) return;
    const { reply, show } = this.#parts;
    try {
      if (record === undefined) this.#unended(submitted, error);
      else void answer(reply, record, show);
    } catch (failure) {
      this.failed(failure);
    }
  }

  #late(submitted: Submitted): void {
    this.#isLate = true;
    // A command that nobody could find again must not be promised.
    submitted.accepted
      .catch(() => submitted.ended)
      .then(
        () => this.#promise(submitted),
        (error: unknown) => this.#unended(submitted, error),
      )
      .catch((error: unknown) => this.failed(error));
  }

  #promise(submitted: Submitted): void {
    const { record } = submitted;
    submitted.answered();
    void this.#parts.reply.code(202).header('location', pathOf(record)).send(commandView(record));
  }
}

/** What is known of the answer before the command has ended. */
function tellOf({ record, replayed }: Submitted, { applied }: Patience, reply: FastifyReply): void {
  if (replayed) void reply.header('idempotency-replayed', 'true');
  void reply.header('content-location', pathOf(record));
  const preferences = preferenceApplied(applied);
  if (preferences !== '') void reply.header('preference-applied', preferences);
}

/** What would be sent and what stands in the way; nothing leaves and nothing is recorded. */
export async function dryRun(
  { pipeline }: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  asked: Asked,
): Promise<FastifyReply> {
  const result = await pipeline.dryRun(submissionOf(request, asked));
  return await reply.code(200).send(dryRunView(result));
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What is asked, who asks, and what the request's headers say of the command. */
function submissionOf({ raw, caller }: FastifyRequest, { device, command, params }: Asked): Mutable<Submission> {
  // Node joins lines of one name, and two halves could make a whole.
  const key = parseIdempotencyKey(headerLines(raw.rawHeaders, 'idempotency-key'));
  const leaseToken = leaseTokenOf(raw);
  const timeoutMs = parseRequestTimeout(headerLines(raw.rawHeaders, 'request-timeout'));
  const submission: Mutable<Submission> = { device, command, params, caller };
  if (key !== undefined) submission.key = key;
  if (leaseToken !== undefined) submission.leaseToken = leaseToken;
  if (timeoutMs !== undefined) submission.timeoutMs = timeoutMs;
  return submission;
}

/** How long the client waits, and what of its wishes that honours. */
interface Patience {
  readonly seconds: number;
  readonly applied: Preferences;
}

const untilTheEnd: Patience = { seconds: maxWaitSeconds, applied: { respondAsync: false, waitSeconds: undefined } };

function patienceOf({ respondAsync, waitSeconds }: Preferences): Patience {
  if (!respondAsync && waitSeconds === undefined) return untilTheEnd;
  const seconds = Math.min(waitSeconds ?? (respondAsync ? 0 : maxWaitSeconds), maxWaitSeconds);
  return { seconds, applied: { respondAsync, waitSeconds: waitSeconds === undefined ? undefined : seconds } };
}

function showCommand(reply: FastifyReply, record: CommandRecord): FastifyReply {
  return reply.code(200).send(commandView(record));
}

function answer(reply: FastifyReply, record: CommandRecord, show: Show): FastifyReply {
  if (record.state !== 'ended') {
    // A repetition of a request whose command has ended, and whose end could not be put on record.
    const detail = 'what became of the command is not on record';
    return unended(reply, record, new BellcrankError('journal-unavailable', detail, { outcome: 'unknown' }));
  }
  if (record.outcome === 'succeeded') return show(reply, record);
  const { code, detail, device } = record.error ?? { code: 'internal', detail: 'the command ended without a cause' };
  const error = new BellcrankError(code, detail, {
    ...(device === undefined ? {} : { device }),
    ...(record.reason === undefined ? {} : { reason: record.reason }),
  });
  const context = {
    commandId: record.id,
    simulated: record.simulated,
    ...(record.outcome === undefined ? {} : { outcome: record.outcome }),
  };
  const problem = problemOf(error, context);
  const passes = problem.status === 429 || problem.status === 503;
  return sendProblem(reply, problem, passes && problem.retryable ? retryAfterMs : undefined);
}

/** Of a command whose end nobody could put on record. */
function unended(reply: FastifyReply, { id, simulated }: CommandRecord, error: BellcrankError): FastifyReply {
  return sendProblem(reply, problemOf(error, { commandId: id, simulated }), error.retryAfterMs);
}

function pathOf({ id }: CommandRecord): string {
  return `/v1/commands/${id}`;
}
