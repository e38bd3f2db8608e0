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
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  asked: Asked,
  show: Show = showCommand,
): void {
  const { pipeline, clock } = services;
  const arrivedAt = clock.monotonic();
  const patience = patienceOf(parsePrefer(request.headers['prefer']));
  const trace = request.trace?.command(asked.device, asked.command);
  const submission = submissionOf(request, asked, { withdrawn: commandWithdrawal(reply.raw), trace });
  void reply.header('vary', 'Prefer');
  const failed = (error: unknown): void => void reply.send(asError(error));
  const taken = pipeline.start(submission).then((submitted) => {
    tellOf(submitted, patience, reply);
    const { seconds } = patience;
    const answering = new Answering({ clock, reply, show, submitted, until: arrivedAt + seconds * 1000, failed });
    if (seconds > 0) return answering.begin();
    // Where the acceptance cannot be put on record the command ends at once, and its end is the answer.
    submitted.accepted
      .catch(() => submitted.ended)
      .then(
        () => answering.begin(),
        (error: unknown) => answering.fail(error),
      );
  });
  // Whatever went wrong, the client has an answer.
  taken.catch(failed);
}

/** What is known of the answer before the command has ended. */
function tellOf({ record, replayed }: Submitted, { applied }: Patience, reply: FastifyReply): void {
  if (replayed) void reply.header('idempotency-replayed', 'true');
  void reply.header('content-location', pathOf(record));
  const preferences = preferenceApplied(applied);
  if (preferences !== '') void reply.header('preference-applied', preferences);
}

interface AnsweringParts {
  readonly clock: Clock;
  readonly reply: FastifyReply;
  readonly show: Show;
  readonly submitted: Submitted;
  /** An instant of the monotonic clock. */
  readonly until: number;
  readonly failed: (error: unknown) => void;
}

/** Waits for the end of a command as long as its client does. */
class Answering {
  readonly #parts: AnsweringParts;
  #timer: Timer | undefined;
  #isLate = false;

  constructor(parts: AnsweringParts) {
    this.#parts = parts;
  }

  begin(): void {
    const { clock, submitted, until } = this.#parts;
    this.#timer = clock.timer(Math.max(0, until - clock.monotonic()), () => this.#late());
    submitted.ended.then(
      (record) => this.#ended(record),
      (error: unknown) => this.#over(() => this.fail(error)),
    );
  }

  #ended(record: CommandRecord): void {
    const { reply, show } = this.#parts;
    this.#over(() => void answer(reply, record, show));
  }

  /** Whoever waits in vain leaves nothing behind. */
  #over(then: () => void): void {
    this.#timer?.cancel();
    if (!this.#isLate) this.#attempt(then);
  }

  #late(): void {
    const { submitted, reply } = this.#parts;
    const { record, accepted, ended } = submitted;
    this.#isLate = true;
    const promise = (): void => {
      submitted.answered();
      void reply.code(202).header('location', pathOf(record)).send(commandView(record));
    };
    // A command that nobody could find again must not be promised.
    accepted
      .catch(() => ended)
      .then(
        () => this.#attempt(promise),
        (error: unknown) => this.fail(error),
      );
  }

  /** The command exists, and whoever is told that nobody knows its end must be able to look for it later. */
  fail(error: unknown): void {
    const { reply, submitted, failed } = this.#parts;
    if (error instanceof BellcrankError) unended(reply, submitted.record, error);
    else failed(error);
  }

  #attempt(then: () => void): void {
    try {
      then();
    } catch (error) {
      this.#parts.failed(error);
    }
  }
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
function submissionOf(
  { raw, caller }: FastifyRequest,
  { device, command, params }: Asked,
  more?: Pick<Submission, 'withdrawn' | 'trace'>,
): Submission {
  // Node joins lines of one name, and two halves could make a whole.
  const key = parseIdempotencyKey(headerLines(raw.rawHeaders, 'idempotency-key'));
  const leaseToken = leaseTokenOf(raw);
  const timeoutMs = parseRequestTimeout(headerLines(raw.rawHeaders, 'request-timeout'));
  const submission: Mutable<Submission> = { device, command, params, caller, ...more };
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
