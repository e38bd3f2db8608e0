import {
  BellcrankError,
  type Call,
  type Clock,
  type Confirmation,
  delay,
  DryRunEnd,
  type Evidence,
  type Fields,
  type Message,
  type MessageWire,
  type RpcAnswer,
} from '../../src/driver/index.ts';
import { fieldsOf, resultOf } from './codec.ts';
import type { Component } from './describe.ts';
import type { Talk } from './talk.ts';

export type ShellyCall = Call<MessageWire>;

/** Something that a component is told, and the status that proves that it did it. */
export interface Order {
  readonly component: Component;
  readonly method: string;
  readonly params: Fields;
  readonly proves: (status: Fields) => boolean;
}

/** Throws once the device has said that it goes: then it is not asked again. */
type StillThere = () => void;

type Confirm = (level: Confirmation, evidence: Evidence) => void;

/** How often it is asked whether it has done what it has taken; longer while it says that it is on its way. */
const asks = 3;
const pauseMs = 150;

/** The status tells something else: no bug, and no proof of anything. */
class NotYet extends Error {
  readonly status: Fields;
  constructor(status: Fields) {
    super('the status tells another state');
    this.status = status;
  }
}

/** Commands to one device whose effect its status shows. */
export class Orders {
  readonly #talk: Talk;
  readonly #clock: Clock;
  readonly #topic: string;
  /** How many were given to each component: one that came since explains another state. */
  readonly #given = new Map<string, number>();

  constructor(talk: Talk, clock: Clock, topic: string) {
    this.#talk = talk;
    this.#clock = clock;
    this.#topic = topic;
  }

  /**
   * Tells, and asks for the status right behind it: a device answers in the order in which it was asked. So an answer that
   * comes late still proves the state, or tells the refusal.
   */
  async give(call: ShellyCall, order: Order, confirm: Confirm, stillThere: StillThere = () => {}): Promise<void> {
    const { component, method, params } = order;
    const number = call.dryRun ? 0 : this.#count(component);
    const refusable: RpcAnswer<unknown> = { read: resultOf, final: 'refusal' };
    const taking = this.#ask(call, method, { id: component.id, ...params }, refusable);
    const proving = this.#status(call, order);
    const [taken, told] = await Promise.allSettled([taking, proving]);
    if (call.dryRun) throw new DryRunEnd(true);
    if (taken.status === 'rejected' && !(isTimeout(taken.reason) && told.status === 'fulfilled')) throw taken.reason;
    confirm('acknowledged', { method, result: taken.status === 'fulfilled' ? shortOf(taken.value) : null });
    const proof =
      told.status === 'fulfilled' ? told.value : await this.#again(call, order, told.reason, number, stillThere);
    confirm('confirmed', { status: shortOf(proof) });
  }

  /** Resolves with a status that proves it; asks again while it may still be on its way. */
  async #again(
    call: ShellyCall,
    order: Order,
    reason: unknown,
    number: number,
    stillThere: StillThere,
  ): Promise<Fields> {
    let why = reason;
    for (let asked = 1; why instanceof NotYet; asked++) {
      if (asked >= asks && !Object.hasOwn(why.status, 'transition')) throw this.#mismatch(order, why.status, number);
      await delay(this.#clock, pauseMs, call.signal);
      stillThere();
      try {
        return await this.#status(call, order);
      } catch (error) {
        why = error;
      }
    }
    throw why;
  }

  async #status(call: ShellyCall, { component, proves }: Order): Promise<Fields> {
    let proof: Fields = {};
    // What a late answer resolves the command with is its result, which is empty.
    const read = (message: Message): object => {
      proof = fieldsOf(message);
      if (!proves(proof)) throw new NotYet(proof);
      return {};
    };
    const method = `${component.kind.namespace}.GetStatus`;
    await this.#ask(call, method, { id: component.id }, { read, final: true });
    return proof;
  }

  #ask<T>(call: ShellyCall, method: string, params: Fields, expected: RpcAnswer<T>): Promise<T> {
    return this.#talk.ask(call, this.#topic, method, params, expected);
  }

  #count({ key }: Component): number {
    const number = (this.#given.get(key) ?? 0) + 1;
    this.#given.set(key, number);
    return number;
  }

  #mismatch({ component, method }: Order, status: Fields, number: number): BellcrankError {
    const told = `${component.key} took ${method}, and tells ${shortOf(status)}`;
    if (this.#given.get(component.key) === number) return new BellcrankError('verify-mismatch', told);
    return new BellcrankError('superseded', `${told}; it was told something else meanwhile`);
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof BellcrankError && error.code === 'device-timeout';
}

function shortOf(value: unknown): string {
  return (JSON.stringify(value) ?? '').slice(0, 300);
}
