import { BellcrankError, type ByteWire, type Call } from '../../src/driver/index.ts';
import type { ModbusClient } from './client.ts';
import type { Request } from './pdu.ts';
import { insert } from './bit-field.ts';
import { readRequest } from './plan.ts';
import type { WritePlan } from './write-plan.ts';

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
      await this.#one(call, plan, result, decides).catch((error: unknown) => {
        throw halfDone(error, index, plans.length);
      });
    }
    // A command is confirmed as far as the weakest of its writes.
    const isReadBack = plans.every(({ kind }) => kind === 'read-back');
    if (plans.length > 0) call.confirm(isReadBack ? 'confirmed' : 'acknowledged');
  }

  /** Every write is tried, at once; the first error is thrown when all have been. */
  async now(call: Call<ByteWire>, plans: readonly WritePlan[]): Promise<void> {
    const errors: unknown[] = [];
    for (const plan of plans) {
      // After an abort, or without a connection, none of the others could leave either.
      if (call.signal.aborted) break;
      await this.#oneNow(call, plan, plans.length === 1).catch((error: unknown) => errors.push(error));
    }
    call.signal.throwIfAborted();
    if (errors.length > 0) throw halfDone(errors[0], plans.length - errors.length, plans.length);
  }

  async #one<R>(call: Call<ByteWire, R>, plan: WritePlan, result: R, decides: boolean): Promise<void> {
    if (plan.kind === 'read-back') return await this.#readBack(call, plan, result, decides);
    const request = plan.kind === 'write' ? plan.request : await this.#changed(call, plan);
    if (decides) await this.#client.decide(call, request, () => result);
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
  ): Promise<void> {
    const check = (found: readonly number[]): R => {
      if (found.every((word, index) => word === words[index])) return result;
      throw new BellcrankError('verify-mismatch', `the registers read back ${found.join(' ')}, not ${words.join(' ')}`);
    };
    if (decides) await this.#client.decide(call, request, check);
    else if (call.dryRun) await this.#client.tell(call, request);
    else check(await this.#client.ask(call, request));
    call.confirm('sent', evidence(request));
  }

  async #oneNow(call: Call<ByteWire>, plan: WritePlan, isOnly: boolean): Promise<void> {
    if (plan.kind !== 'change') return void (await this.#client.askNow<unknown>(call, plan.request, isOnly));
    const [word = 0] = await this.#client.askNow(call, readRequest(plan.place));
    await this.#client.askNow(call, plan.write(insert(word, plan.field, plan.bits)));
  }
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
