import { type Clock, delay } from '../../clock.ts';
import { answerWith, type Http } from '../http/http.ts';
import { BellcrankProblem } from '../http/problem.ts';
import type { GrantedLeaseView, LeaseView } from '../types.ts';
import { devicePath } from './path.ts';

export interface LeaseOptions {
  /** Ms until it runs out unless it is renewed: 100 to 86,400,000. */
  readonly ttlMs: number;
  /** Why, for whoever finds the device leased. */
  readonly note?: string | undefined;
  /** `stop`: the device is stopped when it runs out. `release` by default. */
  readonly onExpiry?: 'release' | 'stop' | undefined;
  /** Take it from whoever holds it. */
  readonly steal?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface RenewOptions extends Partial<Pick<LeaseOptions, 'ttlMs' | 'signal'>> {
  /** How long the request may take, in ms. */
  readonly timeoutMs?: number | undefined;
}

/** The lease that a program holds. */
export class Lease {
  /** The secret: whoever has it has the device. */
  readonly token: string;
  readonly #http: Http;
  readonly #path: string;
  #view: LeaseView;

  constructor(http: Http, path: string, { token, ...view }: GrantedLeaseView) {
    this.token = token;
    this.#http = http;
    this.#path = path;
    this.#view = view;
  }

  /** As it was when it was taken or renewed last, without its secret. */
  get view(): LeaseView {
    return this.#view;
  }

  /**
   * Lets it last `ttlMs` from now on, as long as before by default.
   * @throws BellcrankProblem `precondition-failed` when it has run out, or was stolen
   */
  async renew({ ttlMs = this.#view.ttlMs, signal, timeoutMs }: RenewOptions = {}): Promise<void> {
    const more = { body: { ttlMs }, headers: { 'lease-token': this.token }, signal, timeoutMs };
    const { body } = answerWith(await this.#http.request<GrantedLeaseView>('PUT', this.#path, more), 'token');
    const { token: _, ...view } = body;
    this.#view = view;
  }

  /** Gives the device back. */
  async release({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    await this.#http.request('DELETE', this.#path, { headers: { 'lease-token': this.token }, signal });
  }
}

const pathOf = (device: string): string => `${devicePath(device)}/lease`;

/** @throws BellcrankProblem `leased` when somebody else has it */
export async function takeLease(http: Http, device: string, options: LeaseOptions): Promise<Lease> {
  const { signal, steal, ...body } = options;
  const path = pathOf(device);
  const query = { steal: steal === true ? true : undefined };
  const answer = answerWith(await http.request<GrantedLeaseView>('PUT', path, { query, body, signal }), 'token');
  return new Lease(http, path, answer.body);
}

/** Null while nobody has it. */
export async function leaseOf(http: Http, device: string, signal?: AbortSignal): Promise<LeaseView | null> {
  try {
    return (await http.request<LeaseView>('GET', pathOf(device), { signal })).body;
  } catch (error) {
    if (error instanceof BellcrankProblem && error.code === 'not-found') return null;
    throw error;
  }
}

/** A lease was lost while something was being done under it. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/**
 * Keeps a lease for as long as `work` takes: renews it three times as often as it runs out, and gives it back at the end.
 * When it is lost, `work`’s signal is aborted with LeaseLost.
 * @throws what `work` throws
 */
export async function holding<Result>(
  { http, clock }: { readonly http: Http; readonly clock: Clock },
  device: string,
  options: LeaseOptions,
  work: (lease: Lease, signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const takenAt = clock.monotonic();
  const lease = await takeLease(http, device, options);
  const over = new AbortController();
  const lost = new AbortController();
  const renewing = keep(lease, clock, takenAt, over.signal).catch((error: unknown) => lost.abort(error));
  const signal = AbortSignal.any([lost.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  // What went wrong with the work is told, whatever becomes of the lease: one that cannot be given back runs out.
  const result = await ended(
    () => work(lease, signal),
    () => giveBack().catch(() => {}),
  );
  await giveBack();
  return result;

  async function giveBack(): Promise<void> {
    over.abort();
    await renewing;
    if (!lost.signal.aborted) await lease.release();
  }
}

async function ended<Result>(work: () => Promise<Result>, failed: () => Promise<void>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    await failed();
    throw error;
  }
}

/** Renews until `over`; throws when the lease is gone. One attempt that fails is no loss while there is time for another. */
async function keep(lease: Lease, clock: Clock, takenAt: number, over: AbortSignal): Promise<void> {
  const { ttlMs, device } = lease.view;
  const left = (): number => heldUntil - clock.monotonic();
  const oneThird = (): number => Math.min(ttlMs / 3, left());
  let heldUntil = takenAt + ttlMs;
  let failed: unknown;
  for (;;) {
    await delay(clock, Math.max(0, oneThird()), over).catch(() => {});
    if (over.aborted) return;
    if (left() > 0) {
      const askedAt = clock.monotonic();
      failed = await renewed(lease, { signal: over, timeoutMs: oneThird() });
      if (over.aborted) return;
      if (failed === undefined) heldUntil = askedAt + ttlMs;
    }
    if (left() <= 0 || isGone(failed)) throw new LeaseLost(`the lease of device ${device} is lost`, { cause: failed });
  }
}

function renewed(lease: Lease, options: RenewOptions): Promise<unknown> {
  return lease.renew(options).then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** It ran out, was stolen, or its device is gone or stopped. */
function isGone(error: unknown): boolean {
  return error instanceof BellcrankProblem && error.status < 500 && error.status !== 429;
}
