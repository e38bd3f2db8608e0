import type { Clock, Timer } from '../clock.ts';
import { BellcrankError } from '../errors.ts';
import type { Closed, Message, MessageConnection, PublishOptions } from '../transport/connection.ts';
import { type Call, DryRunEnd, type MessageWire } from './contract.ts';
import type { Waiter } from './topic-waiter.ts';

/** What is asked. Never retained: a broker would ask it again of every device that connects. */
export interface Publication extends Pick<
  PublishOptions,
  'qos' | 'responseTopic' | 'correlationData' | 'contentType' | 'userProperties'
> {
  readonly topic: string;
  readonly payload: Uint8Array | string;
}

/** Where a device is set on the topic on which it tells, a broker gives us our own message. */
export function isOurs({ topic, payload }: Publication, message: Message): boolean {
  return topic === message.topic && Buffer.from(payload).equals(message.payload);
}

/** What a request needs of a call; `attach` may build one on the connection itself, for its queries. */
export type TopicCall = Pick<Call<MessageWire>, 'signal' | 'dryRun' | 'wire' | 'late'>;

/** On which terms an answer is waited for. */
export interface Terms {
  readonly clock: Clock;
  readonly connection: Pick<MessageConnection, 'written'>;
  /** From the end of the publish. */
  readonly timeoutMs: number;
  /** A dry run ends after the publish, and is complete if the answer would have ended the handler. */
  readonly complete: boolean;
}

export const defaultTimeoutMs = 2000;

/**
 * Publishes through the call and resolves with what settles the waiter, which is registered already. Rejects with what
 * the answer threw, with `device-timeout`, with the reason of the call's signal, or as the publish does.
 */
export async function ask<T>(waiter: Waiter, call: TopicCall, publication: Publication, terms: Terms): Promise<T> {
  const { signal } = call;
  const onAbort = (): void => waiter.expire(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const { topic, payload, ...options } = publication;
  const onBegin = (): void => waiter.begin(terms.connection.written);
  let timer: Timer | undefined;
  try {
    await call.wire.publish(topic, payload, { qos: 0, ...options, onBegin });
    if (call.dryRun) throw new DryRunEnd(terms.complete);
    timer = terms.clock.timer(terms.timeoutMs, () => void timedOut(waiter, topic, terms));
  } catch (error) {
    // The answer can overtake the broker's acknowledgement; it tells more than a handshake that failed.
    waiter.expire(error);
  }
  try {
    // What settles it is the value that this request's own `match` returned.
    return (await waiter.answer) as T;
  } finally {
    timer?.cancel();
    signal.removeEventListener('abort', onAbort);
  }
}

async function timedOut(waiter: Waiter, topic: string, { clock, timeoutMs }: Terms): Promise<void> {
  await clock.ioTurn();
  waiter.expire(new BellcrankError('device-timeout', `no answer to ${topic} within ${timeoutMs} ms`));
}

/** A connection that has gone answers nobody. */
export function settleLost(waiters: Iterable<Waiter>, { cause }: Closed): void {
  const error =
    cause instanceof BellcrankError
      ? cause
      : new BellcrankError('connection-lost', `the connection was lost: ${cause.message}`, { cause });
  for (const waiter of waiters) if (!waiter.settled) waiter.settle({ error });
}
