import { type Clock, delay } from '../../clock.ts';
import { answerWith, type Http } from '../http/http.ts';
import { BellcrankProblem } from '../http/problem.ts';
import { Unreachable } from '../http/unreachable.ts';
import type { CommandView } from '../types.ts';
import { commandPath } from './path.ts';

/** How often a command is asked for, in ms: seldom once it takes long. */
const firstMs = 100;
const slowestMs = 2000;
/** How long the service may be away meanwhile, in ms. */
const patienceMs = 60_000;

export interface Waiting {
  readonly http: Http;
  readonly clock: Clock;
}

export interface WaitOptions {
  /** Ms; after those it is answered as it stands. To its end by default. */
  readonly waitMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A command at its end, whatever that is.
 * @throws BellcrankProblem when there is no such command
 * @throws Unreachable when the service stays away; the command may go on without it
 */
export async function endOf({ http, clock }: Waiting, id: string, options: WaitOptions = {}): Promise<CommandView> {
  const { waitMs = Infinity, signal = new AbortController().signal } = options;
  const until = clock.monotonic() + waitMs;
  let pause = firstMs;
  let answeredAt = clock.monotonic();
  for (;;) {
    const command = await commandOf(http, id, signal).catch((error: unknown) => {
      if (!isPassing(error) || clock.monotonic() - answeredAt > patienceMs) throw unlearnt(error, id);
      return undefined;
    });
    if (command !== undefined) answeredAt = clock.monotonic();
    const left = until - clock.monotonic();
    if (command !== undefined && (command.state === 'ended' || left <= 0)) return command;
    await delay(clock, Math.min(pause, Math.max(left, firstMs)), signal);
    pause = Math.min(pause * 1.5, slowestMs);
  }
}

/** The question may not have been sent; the command that it is about was accepted before. */
function unlearnt(error: unknown, id: string): unknown {
  if (!(error instanceof Unreachable)) return error;
  const text = `${error.message}; command ${id} was accepted, and its end is not known`;
  return new Unreachable(text, 'maybe', error, { commandId: id });
}

export async function commandOf(http: Http, id: string, signal?: AbortSignal): Promise<CommandView> {
  return answerWith(await http.request<CommandView>('GET', commandPath(id), { signal }), 'id', 'state').body;
}

/** The command is on record: a service that starts anew still knows it. */
function isPassing(error: unknown): boolean {
  if (error instanceof Unreachable) return true;
  return error instanceof BellcrankProblem && (error.status >= 500 || error.status === 429);
}
