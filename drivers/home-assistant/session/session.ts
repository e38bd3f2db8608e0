import {
  type AnySession,
  BellcrankError,
  type Call,
  type Confirmation,
  type Context,
  type Evidence,
  type Message,
  type MessageConnection,
  type MessageWire,
  messageOf,
  type Model,
  payloadText,
  Presence,
  TopicExchange,
} from '../../../src/driver/index.ts';
import type { Inventory } from '../announced/inventory.ts';
import { Heard } from '../components/heard.ts';
import type { Sending } from '../components/parts.ts';
import type { Entity } from '../plan/entity.ts';
import { type Plan, planOf } from '../plan/plan.ts';
import { homeAssistantModel } from '../model.ts';
import { Hearing } from './hearing.ts';
import { SharedLines } from './lines.ts';
import { type StopChoice, withStop } from './stop.ts';

export type HassCall = Call<MessageWire>;

export interface SessionOptions {
  readonly device: string;
  readonly replyTimeoutMs: number;
  readonly stop?: readonly StopChoice[];
}

const waitForAnnouncementMs = 300;
/** Parts of a stop that wait for their states together. */
const mostAtOnce = 16;
const noPlan: Plan = {
  model: homeAssistantModel,
  entities: [],
  leftOut: [],
  properties: new Map(),
  commands: new Map(),
  events: new Map(),
  stops: [],
};

/** One device, as its announcements describe it from time to time. */
export class DeviceSession {
  readonly #context: Context;
  readonly #inventory: Inventory;
  readonly #options: SessionOptions;
  readonly #exchange: TopicExchange;
  readonly #presence: Presence;
  readonly #subscribed = new Map<string, () => Promise<void>>();
  #plan = noPlan;
  #hearing: Hearing;
  #version = -1;
  #updating = Promise.resolve();
  #attached = false;
  /** Ends the wait for an announcement. */
  #announced: (() => void) | undefined;

  constructor(connection: MessageConnection, inventory: Inventory, options: SessionOptions, context: Context) {
    this.#context = context;
    this.#inventory = inventory;
    this.#options = options;
    this.#presence = new Presence(context);
    this.#hearing = new Hearing(context, this.#presence, noPlan);
    this.#exchange = new TopicExchange(new SharedLines(connection, inventory.topics), context, {
      timeoutMs: options.replyTimeoutMs,
    });
    this.#exchange.on('#', (message) => this.#hearing.hear(message));
  }

  /** Needs the broker alone: a device that nobody announces shows as absent, and is there as soon as somebody does. */
  async attach(): Promise<void> {
    const { signal } = this.#context;
    await orAborted(this.#inventory.ready, signal);
    const stopWatching = this.#inventory.watch(this.#options.device, () => {
      this.#announced?.();
      if (this.#attached) this.#updateSoon();
    });
    signal.addEventListener('abort', () => this.#end(stopWatching), { once: true });
    if (this.#inventory.find(this.#options.device) === undefined) await this.#wait();
    await this.#update();
    signal.throwIfAborted();
    this.#attached = true;
    this.#updateSoon();
  }

  session(): AnySession {
    // The runtime looks a handler up at each call, so what is described anew is found anew.
    return {
      model: this.#plan.model,
      commands: new Proxy<object>(this, commandsOf) as AnySession['commands'],
      write: new Proxy<object>(this, writesOf) as NonNullable<AnySession['write']>,
      stop: (call: HassCall) => this.#stop(call),
      resync: async () => this.#exchange.forget(),
    } satisfies AnySession;
  }

  async #wait(): Promise<void> {
    const over = Promise.withResolvers<void>();
    this.#announced = over.resolve;
    const timer = this.#context.clock.timer(waitForAnnouncementMs, over.resolve);
    await orAborted(over.promise, this.#context.signal).finally(() => timer.cancel());
    this.#announced = undefined;
  }

  #updateSoon(): void {
    this.#updating = this.#updating.then(() => this.#update()).catch((error: unknown) => this.#notTaken(error));
  }

  /** What it was before may no longer be so: it is sent nothing until it describes itself anew. */
  #notTaken(error: unknown): void {
    const { signal, log } = this.#context;
    if (signal.aborted) return;
    log.warn({ error: messageOf(error) }, 'the new description of the device is not taken');
    this.#presence.away(`its new description is not taken: ${messageOf(error)}`);
  }

  /** Takes the description as it is now. */
  async #update(): Promise<void> {
    const record = this.#inventory.find(this.#options.device);
    if (record === undefined) {
      this.#version = -1;
      return this.#presence.away(`${this.#options.device.slice(0, 100)} is not announced on this broker`);
    }
    if (record.version === this.#version) return;
    this.#version = record.version;
    const plan = withStop(planOf(record.read(), this.#inventory.templates, this.#options), this.#options.stop);
    await this.#take({ ...plan, model: this.#context.intern(plan.model) });
  }

  /** The old plan holds until the topics of the new one are subscribed: no command finds itself without its answer. */
  async #take(plan: Plan): Promise<void> {
    const hearing = new Hearing(this.#context, this.#presence, plan);
    await Promise.all([...hearing.topics].map((topic) => this.#subscribe(topic)));
    // What the broker had kept on them is under way already.
    await this.#context.clock.ioTurn();
    const isNew = plan.model !== this.#plan.model;
    this.#hearing.end();
    if (this.#context.signal.aborted) return;
    this.#hearing = hearing;
    this.#plan = plan;
    // Before anything is reported of it.
    if (isNew) this.#context.remodel(plan.model);
    this.#tellLeftOut(plan);
    this.#replay(hearing);
    if (plan.entities.length === 0) this.#presence.away('nothing of what the device announces is understood');
    else hearing.tellPresence();
    await this.#unsubscribe([...this.#subscribed.keys()].filter((topic) => !hearing.topics.has(topic)));
  }

  /** The last words on its topics were for the plan before. */
  #replay(hearing: Hearing): void {
    for (const topic of hearing.topics) {
      const last = this.#inventory.topics.last(topic);
      if (last !== undefined) hearing.hear(last);
    }
  }

  #tellLeftOut({ leftOut }: Plan): void {
    if (leftOut.length === 0) return;
    const some = leftOut.slice(0, 10).map(({ id, reason }) => `${id}: ${reason}`);
    this.#context.log.info({ leftOut: leftOut.length, reasons: some }, 'parts of the device are left out');
  }

  async #subscribe(topic: string): Promise<void> {
    if (this.#subscribed.has(topic)) return;
    const unsubscribe = await this.#exchange.subscribe(topic);
    if (this.#context.signal.aborted) return await unsubscribe();
    this.#subscribed.set(topic, unsubscribe);
  }

  async #unsubscribe(topics: readonly string[]): Promise<void> {
    const all = topics.flatMap((topic) => this.#subscribed.get(topic) ?? []);
    for (const topic of topics) this.#subscribed.delete(topic);
    await Promise.all(all.map((unsubscribe) => unsubscribe()));
  }

  #end(stopWatching: () => void): void {
    stopWatching();
    this.#hearing.end();
    void this.#unsubscribe([...this.#subscribed.keys()]);
  }

  commandHandler(name: string) {
    const of = this.#plan.commands.get(name);
    return (
      of &&
      (async (params: Readonly<Record<string, unknown>>, call: HassCall) => {
        await this.#send(call, of.entity, () => of.part.send(params), of.part.confirmation);
        return {};
      })
    );
  }

  writeHandler(name: string) {
    const of = this.#plan.properties.get(name);
    const write = of?.part.write;
    return (
      of &&
      write &&
      ((value: unknown, call: HassCall) => this.#send(call, of.entity, () => write.send(value), write.confirmation))
    );
  }

  async #send(call: HassCall, entity: Entity, make: () => Sending, level: Confirmation): Promise<void> {
    this.#presence.refuseIfAway();
    if (this.#hearing.isAway(entity)) {
      throw new BellcrankError(
        'device-offline',
        'this part of the device says that it is not available; nothing was sent',
      );
    }
    await this.#publish(call, make(), level);
  }

  async #publish(call: HassCall, sending: Sending, level: Confirmation): Promise<void> {
    const evidence = await this.#exchanged(call, sending);
    if (evidence !== undefined) call.confirm(level, evidence);
  }

  /** Publishes, and waits for the state that shows what was asked for, where there is one. */
  async #exchanged(call: HassCall, { topic, payload, shown }: Sending): Promise<Evidence | undefined> {
    if (shown === undefined) {
      await call.wire.publish(topic, payload);
      return undefined;
    }
    const match = (message: Message): Evidence | undefined => {
      if (message.topic !== shown.topic) return undefined;
      const text = payloadText(message.payload);
      if (text === undefined || !shown.by(new Heard(text))) return undefined;
      return { topic: message.topic, payload: text.slice(0, 200) };
    };
    return await this.#exchange.request(call, { topic, payload }, { match, final: true });
  }

  /** All that is to be made safe, whatever becomes of each; also if it is said to be away. */
  async #stop(call: HassCall): Promise<void> {
    const { stops, model } = this.#plan;
    const failures: unknown[] = [];
    for (let from = 0; from < stops.length; from += mostAtOnce) {
      const some = stops
        .slice(from, from + mostAtOnce)
        .map(async ({ part }) => await this.#exchanged(call, part.send()));
      for (const each of await Promise.allSettled(some)) if (each.status === 'rejected') failures.push(each.reason);
    }
    if (failures.length > 0) throw failures[0];
    if (model.stop !== undefined && model.stop.confirmation !== 'sent')
      call.confirm(model.stop.confirmation, { parts: stops.length });
  }
}

/** Handlers that are looked up when they are called. What looks is the same for all sessions, which are the targets. */
function lookup(find: (session: DeviceSession, name: string) => unknown): ProxyHandler<object> {
  const found = (session: object, name: string | symbol): unknown =>
    session instanceof DeviceSession && typeof name === 'string' ? find(session, name) : undefined;
  return { get: found, has: (session, name) => found(session, name) !== undefined };
}

const commandsOf = lookup((session, name) => session.commandHandler(name));
const writesOf = lookup((session, name) => session.writeHandler(name));

async function orAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  await Promise.race([promise, aborted.promise]).finally(() => signal.removeEventListener('abort', onAbort));
}

export type { Model };
