import type { ByteWire, Call } from '../../src/driver/index.ts';
import { BellcrankError } from '../../src/driver/index.ts';
import { type Binding, bind } from './binding.ts';
import type { ModbusClient } from './client.ts';
import type { ModbusCommand, ModbusMap, ModbusProperty } from './map-schema.ts';
import { Reading } from './reading.ts';
import type { Value } from './value.ts';
import { planWrite, type WritePlan } from './write-plan.ts';
import { Writing } from './writing.ts';

type Params = Readonly<Record<string, unknown>>;

/** What a session does, as the map says. */
export class Handlers {
  readonly #map: ModbusMap;
  readonly #reading: Reading;
  readonly #writing: Writing;
  readonly #properties: ReadonlyMap<string, Binding>;

  constructor(map: ModbusMap, client: ModbusClient) {
    const { maxRegisters = 125, maxBits = 2000, maxGap = 0 } = map.modbus ?? {};
    this.#map = map;
    this.#reading = new Reading(client, { maxRegisters, maxBits, maxGap });
    this.#writing = new Writing(client);
    const readable = Object.entries(map.properties).filter(([, { access }]) => access !== 'write');
    this.#properties = new Map(readable.map(([name, { register }]) => [name, bind(register, map)]));
  }

  /** Registers that can be read at any time. */
  get readable(): readonly Binding[] {
    return [...this.#properties.values()];
  }

  /** Registers that something writes. */
  get written(): readonly Binding[] {
    const { properties, commands = {}, stop } = this.#map;
    const own = Object.values(properties).filter(({ write }) => write !== undefined);
    const writes = [...own, ...[...Object.values(commands), stop].flatMap((each) => each?.writes ?? [])];
    return writes.map(({ register }) => bind(register, this.#map));
  }

  get read(): Record<string, (call: Call<ByteWire, never>) => Promise<unknown>> {
    const readers = [...this.#properties].map(([name, binding]) => {
      const read = (call: Call<ByteWire, never>): Promise<unknown> => this.#reading.one(call, binding);
      return [name, read] as const;
    });
    return Object.fromEntries(readers);
  }

  get write(): Record<string, (value: unknown, call: Call<ByteWire, void>) => Promise<void>> {
    const writers = Object.entries(this.#map.properties)
      .filter(([, { write }]) => write !== undefined)
      .map(([name, property]) => [name, this.#writer(property)] as const);
    return Object.fromEntries(writers);
  }

  get commands(): Record<string, (params: Params, call: Call<ByteWire>) => Promise<unknown>> {
    const commands = Object.entries(this.#map.commands ?? {}).map(
      ([name, command]) => [name, this.#command(command)] as const,
    );
    return Object.fromEntries(commands);
  }

  async readMany(names: readonly string[], call: Call<ByteWire, never>): Promise<Record<string, unknown>> {
    return await this.#reading.many(call, this.#bindings(names));
  }

  /** A request each: on a slow line others have it in between. */
  readTogether(names: readonly string[]): string[][] {
    return this.#reading.together(this.#bindings(names));
  }

  #bindings(names: readonly string[]): Record<string, Binding> {
    const wanted = names.flatMap((name) => {
      const binding = this.#properties.get(name);
      return binding === undefined ? [] : [[name, binding] as const];
    });
    return Object.fromEntries(wanted);
  }

  async stop(call: Call<ByteWire>): Promise<void> {
    const { writes = [] } = this.#map.stop ?? {};
    const plans = writes.map(({ register, value, function: code }) =>
      planWrite(bind(register, this.#map), value, code),
    );
    await this.#writing.now(call, plans);
    call.confirm('acknowledged');
  }

  #writer({ register, write }: ModbusProperty): (value: unknown, call: Call<ByteWire, void>) => Promise<void> {
    const binding = bind(register, this.#map);
    return async (value, call) => {
      await this.#writing.all(call, [planWrite(binding, value, write?.function)], undefined, true);
    };
  }

  #command(command: ModbusCommand): (params: Params, call: Call<ByteWire>) => Promise<unknown> {
    const reads = Object.entries(command.reads ?? {}).map(
      ([name, { register }]) => [name, bind(register, this.#map)] as const,
    );
    return async (params, call) => {
      // All are planned first: a value that does not fit keeps every one of them from being sent.
      const plans = this.#plans(command, params);
      await this.#writing.all(call, plans, {}, reads.length === 0);
      const results = this.#results(call, Object.fromEntries(reads));
      const result = await (plans.length === 0 ? results : results.catch(untold));
      if (plans.length === 0) call.confirm('acknowledged');
      return result;
    };
  }

  #plans({ writes = [] }: ModbusCommand, params: Params): WritePlan[] {
    return writes.map(({ register, param, value, function: code }) =>
      planWrite(bind(register, this.#map), param === undefined ? value : params[param], code),
    );
  }

  async #results(call: Call<ByteWire>, reads: Readonly<Record<string, Binding>>): Promise<Record<string, Value>> {
    const found = await this.#reading.many(call, reads);
    const values: Record<string, Value> = {};
    for (const [name, value] of Object.entries(found)) {
      if (value instanceof BellcrankError) throw value;
      values[name] = value;
    }
    return values;
  }
}

/** The writes were taken; what went wrong is the question after them, which says nothing of the command. */
function untold(error: unknown): never {
  const codes: readonly string[] = ['device-refused', 'device-failed', 'busy'];
  if (!(error instanceof BellcrankError) || !codes.includes(error.code)) throw error;
  throw new BellcrankError('device-protocol', `it was written, but its result could not be read: ${error.message}`, {
    cause: error,
  });
}
