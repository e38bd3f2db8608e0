import { BellcrankError, type ByteWire, type Call } from '../../src/driver/index.ts';
import { type Binding, valueIn } from './binding.ts';
import type { ModbusClient } from './client.ts';
import { type Block, planReads, readRequest, type ReadLimits } from './plan.ts';
import type { Place } from './place.ts';
import type { Value } from './value.ts';

/** Calls that only read; results do not matter to them. */
type ReadCall = Call<ByteWire, never>;

interface Named extends Binding {
  readonly name: string;
}

/** Reads values in as few requests as the device bears, and remembers what it does not bear. */
export class Reading {
  readonly #client: ModbusClient;
  readonly #limits: ReadLimits;
  /** Places that a merged read failed on. Bounded by the map's own registers. */
  readonly #alone = new Set<string>();

  constructor(client: ModbusClient, limits: ReadLimits) {
    this.#client = client;
    this.#limits = limits;
  }

  /** Throws `device-protocol` for an answer that makes no sense, `device-failed` where it holds no value, or nonsense. */
  async one(call: ReadCall, binding: Binding): Promise<Value> {
    const data = await this.#client.ask(call, readRequest(binding.place));
    return sensible(binding, data, binding.place.address);
  }

  /** A value by name, or what kept it from being read while the line itself was well. */
  async many(
    call: ReadCall,
    bindings: Readonly<Record<string, Binding>>,
  ): Promise<Record<string, Value | BellcrankError>> {
    const found: Record<string, Value | BellcrankError> = {};
    for (const block of this.#blocks(bindings)) Object.assign(found, await this.#block(call, block));
    return found;
  }

  /** Names of what one request reads. */
  together(bindings: Readonly<Record<string, Binding>>): string[][] {
    return this.#blocks(bindings).map(({ members }) => members.map(({ name }) => name));
  }

  #blocks(bindings: Readonly<Record<string, Binding>>): Block<Named>[] {
    const members = Object.entries(bindings).map(([name, binding]) => ({ ...binding, name }));
    return planReads(members, this.#limits, (place) => this.#alone.has(keyOf(place)));
  }

  async #block(call: ReadCall, block: Block<Named>): Promise<Record<string, Value | BellcrankError>> {
    const data = await this.#client.ask(call, readRequest(block.place)).catch(saidByDevice);
    if (!(data instanceof BellcrankError))
      return each(block.members, (member) => sensible(member, data, block.place.address));
    const isMerged = block.members.some(({ place }) => keyOf(place) !== keyOf(block.place));
    if (!isMerged || data.code === 'busy') return each(block.members, () => data);
    for (const { place } of block.members) this.#alone.add(keyOf(place));
    return await this.many(call, Object.fromEntries(block.members.map((member) => [member.name, member])));
  }
}

/** What the device answers in step concerns these values alone; anything else ends the whole read. */
function saidByDevice(error: unknown): BellcrankError {
  const codes = ['device-refused', 'device-failed', 'busy'];
  if (error instanceof BellcrankError && codes.includes(error.code)) return error;
  throw error;
}

function each(
  members: readonly Named[],
  value: (member: Named) => Value | BellcrankError,
): Record<string, Value | BellcrankError> {
  return Object.fromEntries(members.map((member) => [member.name, orError(() => value(member))]));
}

function orError(value: () => Value | BellcrankError): Value | BellcrankError {
  try {
    return value();
  } catch (error) {
    if (error instanceof BellcrankError) return error;
    throw error;
  }
}

/**
 * The line is in step, and the answer is the device's own: what it holds makes no sense, and the next may. As for
 * `invalid`, that is no reason to take the exchange for broken.
 */
function sensible(binding: Binding, data: readonly number[], from: number): Value {
  try {
    return valueIn(binding, data, from);
  } catch (error) {
    if (error instanceof BellcrankError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new BellcrankError('device-failed', message, { outcome: 'failed', cause: error });
  }
}

function keyOf({ table, address, count }: Place): string {
  return `${table} ${address} ${count}`;
}
