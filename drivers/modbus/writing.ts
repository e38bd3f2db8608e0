import { BellcrankError, type ByteWire, type Call } from '../../src/driver/index.ts';
import type { ModbusClient, Verdict } from './client.ts';
import type { Request } from './pdu.ts';
import { insert } from './bit-field.ts';
import { readRequest } from './plan.ts';
import type { WritePlan } from './write-plan.ts';

/** How often a stop is written again that the device is too busy for (§7, 06: "retransmit the message later"), and when. */
const mostAgain = 8;
const busyMs = 50;

/** What went wrong with which. */
type Errors = Map<WritePlan, unknown>;

/** Executes planned writes in their order. The last one's response decides the command, if nothing follows it. */
export class Writing {
  readonly #client: ModbusClient;

  constructor(client: ModbusClient) {
    this.#client = client;
  }

  /** `isEnd`: nothing follows, so the last response is the command's result. */
  async all<R>(call: Call<ByteWire, R>, plans: readonly WritePlan[], result: R, isEnd: boolean): Promise<void> {
    for (const [index, plan] of plans.entries()) {
      const decides = isEnd && index === plans.length - 1;
      const verdict: Verdict = (error) => halfDone(error, index, plans.length);
      await this.#one(call, plan, result, decides, verdict).catch((error: unknown) => {
        throw verdict(error);
      });
    }
    // A command is confirmed as far as the weakest of its writes.
    const isReadBack = plans.every(({ kind }) => kind === 'read-back');
    if (plans.length > 0) call.confirm(isReadBack ? 'confirmed' : 'acknowledged');
  }

  /**
   * Every write is tried, at once; the first error is thrown when all have been. What the device is too busy for is written
   * again, a while later.
   */
  async now(call: Call<ByteWire>, plans: readonly WritePlan[]): Promise<void> {
    const errors = new Map<WritePlan, unknown>();
    const isOnly = plans.length === 1;
    await this.#tryAll(call, plans, isOnly, errors);
    for (let again = 0; again < mostAgain; again++) {
      const left = plans.filter((plan) => isBusy(errors.get(plan)));
      // When the time is up while nothing is under way, the device has refused it.
      if (left.length === 0 || !(await this.#client.pause(busyMs, call.signal))) break;
      for (const plan of left) errors.delete(plan);
      await this.#tryAll(call, left, isOnly, errors);
    }
    const [first] = errors.values();
    if (first !== undefined) throw halfDone(first, plans.length - errors.size, plans.length);
  }

  /** Those of which the answer could be that to something older are written once more when nothing older can come. */
  async #tryAll(call: Call<ByteWire>, plans: readonly WritePlan[], isOnly: boolean, errors: Errors): Promise<void> {
    const doubtful = await this.#tryEach(call, plans, isOnly, errors);
    call.signal.throwIfAborted();
    if (doubtful.length === 0) return;
    await this.#client.settle(call.signal);
    const still = await this.#tryEach(call, doubtful, isOnly, errors);
    call.signal.throwIfAborted();
    for (const plan of still) errors.set(plan, untold());
  }

  /** Returns those of which nobody can tell whether they were answered. */
  async #tryEach(
    call: Call<ByteWire>,
    plans: readonly WritePlan[],
    isOnly: boolean,
    errors: Errors,
  ): Promise<WritePlan[]> {
    const doubtful: WritePlan[] = [];
    for (const plan of plans) {
      // After an abort, or without a connection, none of the others could leave either.
      if (call.signal.aborted) break;
      const isAnswered = await this.#oneNow(call, plan, isOnly).catch((error: unknown) =>
        errors.set(plan, error).has(plan),
      );
      if (!isAnswered) doubtful.push(plan);
    }
    return doubtful;
  }

  async #one<R>(
    call: Call<ByteWire, R>,
    plan: WritePlan,
    result: R,
    decides: boolean,
    verdict: Verdict,
  ): Promise<void> {
    if (plan.kind === 'read-back') return await this.#readBack(call, plan, result, decides, verdict);
    const request = plan.kind === 'write' ? plan.request : await this.#changed(call, plan);
    if (decides) await this.#client.decide(call, request, () => result, verdict);
    else await this.#client.tell(call, request);
    call.confirm('sent', evidence(request));
  }

  async #changed(
    call: Call<ByteWire, never>,
    { place, field, bits, write }: WritePlan & { kind: 'change' },
  ): Promise<Request<void>> {
    const [word = 0] = await this.#client.ask(call, readRequest(place));
    return write(insert(word, field, bits));
  }

  /** §6.17: the write comes before the read, so what is read is what the device now holds. */
  async #readBack<R>(
    call: Call<ByteWire, R>,
    { request, words }: WritePlan & { kind: 'read-back' },
    result: R,
    decides: boolean,
    verdict: Verdict,
  ): Promise<void> {
    const check = (found: readonly number[]): R => {
      if (found.every((word, index) => word === words[index])) return result;
      throw new BellcrankError('verify-mismatch', `the registers read back ${found.join(' ')}, not ${words.join(' ')}`);
    };
    if (decides) await this.#client.decide(call, request, check, verdict);
    else if (call.dryRun) await this.#client.tell(call, request);
    else check(await this.#client.ask(call, request));
    call.confirm('sent', evidence(request));
  }

  /** False if nobody can tell whether it was answered. A register is never changed by what may be another's content. */
  async #oneNow(call: Call<ByteWire>, plan: WritePlan, isOnly: boolean): Promise<boolean> {
    if (plan.kind !== 'change') return (await this.#client.askNow<unknown>(call, plan.request, isOnly)) !== undefined;
    const read = await this.#client.askNow(call, readRequest(plan.place));
    const [word] = read?.value ?? [];
    if (word === undefined) return false;
    return (await this.#client.askNow(call, plan.write(insert(word, plan.field, plan.bits)))) !== undefined;
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof BellcrankError && error.code === 'busy';
}

function evidence({ pdu }: Request<unknown>): { request: string } {
  return { request: Buffer.from(pdu).toString('hex') };
}

/** Who refused one write says nothing of those that were taken. */
function halfDone(error: unknown, done: number, all: number): unknown {
  if (done === 0 || !(error instanceof BellcrankError) || (error.code !== 'device-refused' && error.code !== 'busy'))
    return error;
  const message = `${done} of ${all} writes were taken, another was not: ${error.message}`;
  const device = error.device && { device: error.device };
  return new BellcrankError('device-failed', message, { outcome: 'failed', ...device, cause: error });
}

function untold(): BellcrankError {
  return new BellcrankError(
    'device-protocol',
    'no answer could be told from the answers to what had been asked before',
  );
}
