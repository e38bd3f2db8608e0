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

  async all<R>(call: Call<ByteWire, R>, plans: readonly WritePlan[], result: R, isEnd: boolean): Promise<void> {
    for (const [index, plan] of plans.entries()) {
      const isLast = index === plans.length - 1;
      try {
        await this.#one(call, plan, result, isLast && isEnd);
      } catch (error) {
        throw index === 0 ? error : halfDone(error, index, plans.length);
      }
    }
  }

  /** Every write is tried, at once; the first error is thrown when all have been. */
  async now(call: Call<ByteWire>, plans: readonly WritePlan[]): Promise<void> {
    const errors: unknown[] = [];
    for (const plan of plans) {
      // After an abort, or without a connection, none of the others could leave either.
      if (call.signal.aborted) break;
      await this.#oneNow(call, plan).catch((error: unknown) => errors.push(error));
    }
    call.signal.throwIfAborted();
    if (errors.length > 0) throw errors[0];
  }

  async #one<R>(call: Call<ByteWire, R>, plan: WritePlan, result: R, decides: boolean): Promise<void> {
    if (plan.kind === 'read-back') return await this.#readBack(call, plan, result, decides);
    const request = plan.kind === 'write' ? plan.request : await this.#changed(call, plan);
    if (decides) await this.#client.decide(call, request, () => result);
    else await this.#client.tell(call, request);
    call.confirm('acknowledged', evidence(request));
  }

  async #changed(call: Call<ByteWire, never>, { place, field, bits, write }: WritePlan & { kind: 'change' }): Promise<Request<void>> {
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
    call.confirm('confirmed', evidence(request));
  }

  async #oneNow(call: Call<ByteWire>, plan: WritePlan): Promise<void> {
    if (plan.kind !== 'change') return void (await this.#client.askNow(call, plan.request));
    const [word = 0] = await this.#client.askNow(call, readRequest(plan.place));
    await this.#client.askNow(call, plan.write(insert(word, plan.field, plan.bits)));
  }
}

function evidence({ pdu }: Request<unknown>): { request: string } {
  return { request: Buffer.from(pdu).toString('hex') };
}

/** What refused a later write says nothing of the earlier ones: they were taken. */
function halfDone(error: unknown, done: number, all: number): unknown {
  if (!(error instanceof BellcrankError) || (error.code !== 'device-refused' && error.code !== 'busy')) return error;
  const message = `the first ${done} of ${all} writes were taken, then ${error.message}`;
  const device = error.device && { device: error.device };
  return new BellcrankError('device-failed', message, { outcome: 'failed', ...device, cause: error });
}
