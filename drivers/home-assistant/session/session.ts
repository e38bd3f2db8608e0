import {
  type AnySession,
  BellcrankError,
  type Call,
  type Confirmation,
  type Context,
  type Evidence,
  handlersOf,
  type Message,
  type MessageConnection,
  type MessageWire,
  messageOf,
  type Model,
  payloadText,
  Presence,
  TopicExchange,
} from '../../../src/driver/index.ts';
import type { Inventory, Watcher } from '../announced/inventory.ts';
import { Heard } from '../components/heard.ts';
import type { Sending } from '../components/parts.ts';
import type { Entity } from '../plan/entity.ts';
import { type Commanded, shown } from '../plan/command-topics.ts';
import type { Plan } from '../plan/plan.ts';
import { OwnPlan } from '../plan/plans.ts';
import { homeAssistantModel } from '../model.ts';
import { Hearing } from './hearing.ts';
import { type StopChoice, withStop } from './stop.ts';
import type { TopicListener } from './topics.ts';

export type HassCall = Call<MessageWire>;

export interface SessionOptions {
  readonly device: string;
  readonly replyTimeoutMs?: number;
  readonly stop?: readonly StopChoice[];
}

const defaultReplyTimeoutMs = 3000;
const waitForAnnouncementMs = 300;
/** Parts of a stop that wait for their states together. */
const mostAtOnce = 16;
const noPlan = new OwnPlan({
  model: homeAssistantModel,
  entities: [],
  leftOut: [],
  properties: new Map(),
  commands: new Map(),
  events: new Map(),
  stops: [],
  topics: { all: [], told: new Map(), commands: [], availabilities: [] },
});

/**
 * One device, as its announcements describe it from time to time. There may be ten thousand, so this is all that there is of
 * one: what looks for it, what listens and what the runtime holds are one object, and what asks is made when it is asked.
 */
export class DeviceSession implements AnySession, Watcher, TopicListener, Commanded {
  readonly #context: Context;
  readonly #inventory: Inventory;
  readonly #options: SessionOptions;
  readonly #connection: MessageConnection;
  readonly #presence: Presence;
  #exchange: TopicExchange | undefined;
  #own = noPlan;
  /** The plan whose command topics are its own. */
  #claimed = noPlan;
  #hearing: Hearing;
  /** The topics that it listens to, while they are not those of `#hearing`. */
  #changing: readonly string[] | undefined;
  #version = -1;
  /** The last change of its description that is being taken. */
  #updating: Promise<void> | undefined;
  #attached = false;
  /** Ends a wait, well or not. */
  #waiting: PromiseWithResolvers<void> | undefined;
  /** Why the session is over. */
  #over: Error | undefined;

  constructor(connection: MessageConnection, inventory: Inventory, options: SessionOptions, context: Context) {
    this.#context = context;
    this.#inventory = inventory;
    this.#options = options;
    this.#connection = connection;
    this.#presence = new Presence(context);
    this.#hearing = new Hearing(context, this.#presence, noPlan);
  }

  /** Needs the broker alone: a device that nobody announces shows as absent, and is there as soon as somebody does. */
  async attach(): Promise<void> {
    // Bound: a closure of its own would weigh twice that.
    this.#context.onEnd(this.#end.bind(this));
    await this.#unlessOver(this.#inventory.ready);
    this.#inventory.watch(this.#options.device, this);
    if (this.#inventory.find(this.#options.device) === undefined) await this.#wait();
    await this.#update();
    if (this.#over !== undefined) throw this.#over;
    this.#attached = true;
    this.#updateSoon();
  }

  get #replyTimeoutMs(): number {
    return this.#options.replyTimeoutMs ?? defaultReplyTimeoutMs;
  }

  get model(): Model {
    return this.#own.plan.model;
  }
  // The runtime looks a handler up at each call, so what is described anew is found anew.
  get commands(): AnySession['commands'] {
    const names = (): Iterable<string> => this.#own.plan.commands.keys();
    return handlersOf(names, (name) => this.#commandHandler(name));
  }
  get write(): NonNullable<AnySession['write']> {
    const names = (): string[] =>
      [...this.#own.plan.properties].flatMap(([name, { part }]) => (part.write === undefined ? [] : [name]));
    return handlersOf(names, (name) => this.#writeHandler(name));
  }

  async resync(): Promise<void> {
    this.#exchange?.forget();
  }

  announced(): void {
    this.#waiting?.resolve();
    if (this.#attached) this.#updateSoon();
  }

  hear(message: Message): void {
    if (this.#exchange !== undefined) return this.#exchange.hear(message);
    try {
      this.#hearing.hear(message);
    } catch (error) {
      this.#context.log.error({ topic: message.topic, error: messageOf(error) }, 'a message listener failed');
    }
  }

  /** Hears everything from when it is first asked. */
  #asking(): TopicExchange {
    if (this.#exchange !== undefined) return this.#exchange;
    const exchange = new TopicExchange(this.#connection, this.#context, { timeoutMs: this.#replyTimeoutMs });
    exchange.on('#', (message) => this.#hearing.hear(message));
    return (this.#exchange = exchange);
  }

  /** Until it is announced, for a while. */
  async #wait(): Promise<void> {
    const waiting = Promise.withResolvers<void>();
    this.#waiting = waiting;
    const { clock } = this.#context;
    // What has been read by then is heard first.
    const timer = clock.timer(waitForAnnouncementMs, () => void clock.ioTurn().then(waiting.resolve));
    try {
      await waiting.promise;
    } finally {
      timer.cancel();
      this.#waiting = undefined;
    }
  }

  async #unlessOver(promise: Promise<void>): Promise<void> {
    const waiting = Promise.withResolvers<void>();
    this.#waiting = waiting;
    promise.then(waiting.resolve, waiting.reject);
    await waiting.promise.finally(() => (this.#waiting = undefined));
  }

  #updateSoon(): void {
    const updating = (this.#updating ?? Promise.resolve())
      .then(() => this.#update())
      .catch((error: unknown) => this.#notTaken(error))
      .finally(() => {
        if (this.#updating === updating) this.#updating = undefined;
      });
    this.#updating = updating;
  }

  /** What it was before may no longer be so: it is sent nothing until it describes itself anew. */
  #notTaken(error: unknown): void {
    if (this.#over !== undefined) return;
    this.#context.log.warn({ error: messageOf(error) }, 'the new description of the device is not taken');
    this.#presence.away(`its new description is not taken: ${messageOf(error)}`);
  }

  /** Takes the description as it is now. */
  async #update(): Promise<void> {
    if (this.#over !== undefined) return;
    const record = this.#inventory.find(this.#options.device);
    if (record === undefined) {
      this.#version = -1;
      return this.#presence.away(`${this.#options.device.slice(0, 100)} is not announced on this broker`);
    }
    if (record.version === this.#version) return;
    this.#version = record.version;
    const intern = (model: Model): Model => this.#context.intern(model);
    const terms = { replyTimeoutMs: this.#replyTimeoutMs };
    const own = this.#inventory.plans.of(record, terms, intern, (topic) => this.#takenBy(topic));
    this.#claim(own);
    const plan = withStop(own.plan, this.#options.stop);
    await this.#take(own.with(plan === own.plan ? plan : { ...plan, model: intern(plan.model) }));
  }

  /** For others whose command topic is this one's. */
  get called(): string {
    return this.#options.device;
  }

  get commandTopics(): readonly string[] {
    return this.#claimed.commandTopics;
  }

  #takenBy(topic: string): string | undefined {
    const owner = this.#inventory.commanded.ownerOf(topic);
    if (owner === undefined || owner === this) return undefined;
    return `its command topic ${shown(topic)} is one of ${shown(owner.called)}, which was attached before`;
  }

  #claim(own: OwnPlan): void {
    this.#inventory.commanded.remove(this);
    this.#claimed = own;
    this.#inventory.commanded.add(this);
  }

  /** The old plan holds until the topics of the new one are subscribed: no command finds itself without its answer. */
  async #take(own: OwnPlan): Promise<void> {
    const { plan } = own;
    const hearing = new Hearing(this.#context, this.#presence, own);
    const { topics } = hearing;
    await this.#listen(topics);
    // What the broker had kept on them is under way already.
    await this.#context.clock.ioTurn();
    const isNew = plan.model !== this.#own.plan.model;
    this.#hearing.end();
    if (this.#over !== undefined) return;
    this.#hearing = hearing;
    this.#own = own;
    // Before anything is reported of it.
    if (isNew) this.#context.remodel(plan.model);
    this.#tellLeftOut(plan);
    this.#replay(topics);
    if (plan.entities.length === 0) this.#presence.away('nothing of what the device announces is understood');
    else hearing.tellPresence();
    this.#leave(this.#changing?.filter((topic) => !topics.includes(topic)) ?? []);
    this.#changing = undefined;
  }

  /** The last words on its topics were for the plan before. */
  #replay(topics: readonly string[]): void {
    for (const topic of topics) {
      const last = this.#inventory.topics.last(topic);
      if (last !== undefined) this.#hearing.hear(last);
    }
  }

  #tellLeftOut({ leftOut }: Plan): void {
    if (leftOut.length === 0) return;
    const some = leftOut.slice(0, 10).map(({ id, reason }) => `${id}: ${reason}`);
    this.#context.log.info({ leftOut: leftOut.length, reasons: some }, 'parts of the device are left out');
  }

  get #topics(): readonly string[] {
    return this.#changing ?? this.#hearing.topics;
  }

  async #listen(topics: readonly string[]): Promise<void> {
    const before = this.#topics;
    const added = topics.filter((topic) => !before.includes(topic));
    if (this.#over !== undefined) return;
    this.#changing = [...before, ...added];
    await Promise.all(added.map((topic) => this.#inventory.topics.listen(topic, this)));
  }

  #leave(topics: readonly string[]): void {
    for (const topic of topics) this.#inventory.topics.leave(topic, this);
  }

  #end(reason: Error): void {
    this.#over = reason;
    this.#waiting?.reject(reason);
    this.#inventory.unwatch(this.#options.device, this);
    this.#claim(noPlan);
    this.#hearing.end();
    this.#leave(this.#topics);
  }

  #commandHandler(name: string) {
    const of = this.#own.plan.commands.get(name);
    return (
      of &&
      (async (params: Readonly<Record<string, unknown>>, call: HassCall) => {
        await this.#send(call, of.entity, () => of.part.send(params), of.part.confirmation);
        return {};
      })
    );
  }

  #writeHandler(name: string) {
    const of = this.#own.plan.properties.get(name);
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
    const evidence = await this.#exchanged(call, entity, make());
    if (evidence !== undefined) call.confirm(level, evidence);
  }

  /** Publishes, and waits for the state that shows what was asked for, where there is one. */
  async #exchanged(
    call: HassCall,
    entity: Entity,
    { topic: planned, payload, shown }: Sending,
  ): Promise<Evidence | undefined> {
    const topic = this.#own.topic(planned);
    if (shown === undefined) {
      await call.wire.publish(topic, payload);
      return undefined;
    }
    const shownOn = this.#own.topic(shown.topic);
    const leaves = this.#hearing.leaves(entity);
    const before = heardIn(this.#inventory.topics.last(shownOn));
    const match = (message: Message): Evidence | undefined => {
      // What it tells when it has come back is no answer: the command may be lost.
      if (message.topic !== shownOn || this.#hearing.leaves(entity) !== leaves) return undefined;
      const heard = heardIn(message);
      if (heard === undefined || !shown.by(heard, before)) return undefined;
      return { topic: message.topic, payload: heard.text.slice(0, 200) };
    };
    return await this.#asking().request(call, { topic, payload }, { match, final: true });
  }

  /** All that is to be made safe, whatever becomes of each; also if it is said to be away. */
  async stop(call: HassCall): Promise<void> {
    const { stops, model } = this.#own.plan;
    const failures: unknown[] = [];
    for (let from = 0; from < stops.length; from += mostAtOnce) {
      const some = stops
        .slice(from, from + mostAtOnce)
        .map(async ({ entity, part }) => await this.#exchanged(call, entity, part.send()));
      for (const each of await Promise.allSettled(some)) if (each.status === 'rejected') failures.push(each.reason);
    }
    if (failures.length > 0) throw failures[0];
    if (model.stop !== undefined && model.stop.confirmation !== 'sent')
      call.confirm(model.stop.confirmation, { parts: stops.length });
  }
}

function heardIn(message: Message | undefined): Heard | undefined {
  const text = message && payloadText(message.payload);
  return text === undefined ? undefined : new Heard(text);
}
