import { BellcrankError, type Clock, type Message, messageOf } from '../../../src/driver/index.ts';
import { placeAt } from '../../../drivers/declarative/topics/message/pointer.ts';
import { printTopic } from '../../../drivers/declarative/topics/message/topic.ts';
import { disjoint } from '../../../drivers/declarative/topics/session/filters.ts';
import type { Availability, ErrorRule, Hearing, Instance } from '../../../drivers/declarative/topics/topic-map.ts';
import { defaultFaults, type DeviceFault } from '../device-errors.ts';
import type { FarClient, FarMessage, FarPublishOptions, WireFace } from '../../simulator.ts';
import type { TopicDeviceBehaviour } from './behaviour.ts';
import { printHeard } from './printing.ts';
import { type Heard, heardOn, recognise, understood } from './recogniser.ts';
import { type StateTopic, statePayload, stateTopics, type Telling, tellingPayload } from './states.ts';

type Known = Readonly<Record<string, unknown>>;
type Timer = ReturnType<Clock['timer']>;

/** The device at the far end of a broker, by its own definition. */
export class TopicDeviceWire {
  readonly face: WireFace;
  readonly #behaviour: TopicDeviceBehaviour;
  readonly #clock: Clock;
  readonly #replyMs: number;
  readonly #states: readonly StateTopic[];
  readonly #understood: ReturnType<typeof understood>;
  readonly #timers = new Set<Timer>();
  readonly #pushing = new Map<string, Timer>();
  readonly #stopListening: () => void;
  /** By actions of several messages: what those before the last one said. */
  readonly #said = new Map<string, Known>();
  #client: FarClient | undefined;

  constructor(behaviour: TopicDeviceBehaviour, clock: Clock, replyMs: number) {
    this.#behaviour = behaviour;
    this.#clock = clock;
    this.#replyMs = replyMs;
    const { instance } = behaviour;
    this.#states = stateTopics(instance);
    this.#understood = understood(instance);
    const { availability } = instance.map;
    const will = availability && {
      topic: this.#topic(availability.topic, {}),
      payload: word(availability, false),
      retain: true,
    };
    const needs5 = this.#understood.some(({ exchange }) => exchange.isCorrelated);
    this.face = {
      shape: 'messages',
      ...(will && { will }),
      ...(needs5 && { protocolVersion: 5 }),
      nak: (heard) => this.#refusalOf(heard),
      serve: (client) => this.#serve(client),
    };
    this.#stopListening = behaviour.listen({
      changed: (names) => this.#tellStates(names),
      happened: (event, data) => this.#tellEvent(event, data),
      presence: (online) => this.#tellPresence(online),
    });
    for (const { property, everyMs } of instance.map.simulator.pushes) this.#arm(property, everyMs);
  }

  get #instance(): Instance {
    return this.#behaviour.instance;
  }

  close(): void {
    this.#stopListening();
    this.#client = undefined;
    for (const timer of [...this.#timers, ...this.#pushing.values()]) timer.cancel();
    this.#timers.clear();
    this.#pushing.clear();
  }

  /** Says every state, as the device does when it comes; throws for one that its definition cannot tell. */
  rehearse(): void {
    for (const state of this.#states) statePayload(this.#behaviour, state);
  }

  /** A broker connection, the first or a later one; the one before is forgotten. */
  #serve(client: FarClient): void {
    this.#client = client;
    for (const filter of disjoint(this.#understood.map((one) => heardOn(this.#instance, one)))) {
      client.subscribe(filter, (message) => {
        if (this.#client === client) this.#hear(message);
      });
    }
    this.#tellPresence(this.#behaviour.online);
  }

  /** Like a real one it does not look at whether the message was retained. */
  #hear(message: Message): void {
    if (!this.#behaviour.online) return;
    const heard = recognise(this.#instance, this.#understood, message).map((one) => this.#goingOn(one));
    const [base] = heard;
    if (base === undefined) return;
    const refused = base.isDecisive ? this.#behaviour.refusal(base.asked, base.values) : undefined;
    if (refused !== undefined) return this.#later(() => this.#tellRefusal(base, refused));
    const changed = this.#act(heard);
    this.#later(() => this.#answer(heard, changed, message));
  }

  /** What was said in the messages before it counts in the next one of the same action. */
  #goingOn(heard: Heard): Heard {
    const { asked, isFirst } = heard;
    const action = `${asked.kind} ${asked.name}`;
    const values = isFirst ? heard.values : { ...this.#said.get(action), ...heard.values };
    if (heard.isDecisive) this.#said.delete(action);
    else this.#said.set(action, values);
    return { ...heard, values };
  }

  /** Other readings of the same message do what they do, too; the most specific has the last word. */
  #act(heard: readonly Heard[]): readonly string[] {
    const acts = heard.filter(
      ({ isDecisive, asked, values }, index) =>
        isDecisive && (index === 0 || this.#behaviour.isPossible(asked, values)),
    );
    const effects = acts.toReversed().map(({ asked, values }) => this.#behaviour.effects(asked, values));
    return this.#behaviour.carryOut(Object.assign({}, ...effects) as Known);
  }

  #answer(heard: readonly Heard[], changed: readonly string[], message: Message): void {
    const [base] = heard;
    const reply = base?.exchange.reply;
    const asked = reply?.kind === 'state' ? reply.wanted.map(({ property }) => property) : [];
    if (base !== undefined && reply?.kind === 'message') {
      const { exchange, constants, values } = base;
      const known = { ...this.#fieldsOf(reply.hearing), ...this.#instance.options, ...constants, ...values };
      const { responseTopic, correlationData } = message;
      const isBack = exchange.isCorrelated && correlationData !== undefined;
      const topic = isBack ? responseTopic : undefined;
      const payload = (): string =>
        base.asked.kind === 'read'
          ? tellingPayload(this.#behaviour, this.#askedTogether(base, heard), values)
          : printHeard(reply.hearing, known);
      this.#say(() => topic ?? this.#topic(reply.hearing.topic, known), payload, isBack ? { correlationData } : {});
    }
    this.#tellStates([...changed, ...asked, ...(base === undefined ? [] : this.#toldAlong(base))]);
  }

  #toldAlong({ asked: { kind, name } }: Heard): readonly string[] {
    const { tells } = this.#instance.map.simulator;
    const action = kind === 'write' || kind === 'read' ? `${kind}:${name}` : name;
    return Object.hasOwn(tells, action) ? (tells[action] ?? []) : [];
  }

  /** Properties that one and the same question asks for are told together. */
  #askedTogether(base: Heard, heard: readonly Heard[]): Telling[] {
    const topicOf = ({ exchange: { reply } }: Heard): string | undefined =>
      reply?.kind === 'message' ? reply.hearing.topic.text : undefined;
    const same = heard.filter(
      (one) => one.asked.kind === 'read' && one.weight === base.weight && topicOf(one) === topicOf(base),
    );
    return same.flatMap(({ asked: { name }, exchange: { reply } }) => {
      const property = this.#instance.map.properties[name];
      return property && reply?.kind === 'message' ? [{ name, property, hearing: reply.hearing }] : [];
    });
  }

  /** Fields that no parameter tells are state of the device. */
  #fieldsOf({ reading }: Hearing): Known {
    const names =
      reading.kind === 'json' ? Object.keys(reading.places) : reading.kind === 'text' ? fieldNames(reading) : [];
    const own = names.filter((name) => this.#behaviour.has(name));
    return Object.fromEntries(own.map((name) => [name, this.#behaviour.read(name)]));
  }

  #tellRefusal(heard: Heard, fault: DeviceFault): void {
    const { reply } = heard.exchange;
    const { kind, name } = heard.asked;
    const said = this.#refusal(heard, fault);
    if (said !== undefined) this.#say(said.topic, said.payload);
    else if (reply !== undefined) this.#behaviour.note(`nothing that it could say refuses ${kind} ${name}`);
  }

  /** For whoever refuses in its place: what it would say. */
  #refusalOf(message: Message): FarMessage | undefined {
    const [heard] = recognise(this.#instance, this.#understood, message);
    if (heard === undefined) return undefined;
    const { code, text } = defaultFaults.outOfRange;
    const said = this.#refusal(heard, { code: heard.exchange.errors[0]?.code ?? code, text });
    return said && { topic: said.topic(), payload: said.payload() };
  }

  #refusal({ exchange, constants, values }: Heard, { code, text }: DeviceFault) {
    const { reply } = exchange;
    const rule = exchange.errors.find(
      ({ hearing, ...one }) => (one.code ?? code) === code && (hearing.topic ?? reply) !== undefined,
    );
    const known = { ...this.#instance.options, ...constants, ...values, code: numberOr(code), text };
    const topic = rule?.hearing.topic ?? (reply?.kind === 'message' ? reply.hearing.topic : undefined);
    if (rule === undefined || topic === undefined) return undefined;
    return { topic: () => this.#topic(topic, known), payload: () => printRefusal(rule, known) };
  }

  #tellStates(names: readonly string[]): void {
    for (const state of this.#states) {
      if (!state.names.some((name) => names.includes(name))) continue;
      this.#say(
        () => state.topic,
        () => statePayload(this.#behaviour, state),
        { retain: state.retained },
      );
    }
  }

  #tellEvent(name: string, data: Known): void {
    const event = this.#instance.map.events[name];
    if (event === undefined) return;
    const known = { ...this.#instance.options, ...data };
    this.#say(
      () => this.#topic(event.hearing.topic, known),
      () => printHeard(event.hearing, known),
    );
  }

  /** The far end cannot be cut from here, so on going it leaves what the broker would publish as its will. */
  #tellPresence(online: boolean): void {
    const { availability } = this.#instance.map;
    if (online) this.#tellStates(Object.keys(this.#instance.map.properties));
    if (availability === undefined) return;
    // Last: of retained messages that follow one another at once, aedes delivers the last one only.
    this.#client?.publish(this.#topic(availability.topic, {}), word(availability, online), { retain: true });
  }

  /** A state that its templates cannot tell is not told: the device says nothing, and notes it. */
  #say(topic: () => string, payload: () => string, options: FarPublishOptions = {}): void {
    if (!this.#behaviour.online) return;
    try {
      this.#client?.publish(topic(), payload(), options);
    } catch (error) {
      if (!(error instanceof BellcrankError)) throw error;
      this.#behaviour.note(messageOf(error));
    }
  }

  #topic(template: Hearing['topic'], known: Known): string {
    return printTopic(template, { ...this.#instance.options, ...known }, this.#instance.map.paths);
  }

  #later(act: () => void): void {
    if (this.#replyMs === 0) return act();
    const timer = this.#clock.timer(this.#replyMs, () => {
      this.#timers.delete(timer);
      act();
    });
    this.#timers.add(timer);
  }

  #arm(property: string, everyMs: number): void {
    const timer = this.#clock.timer(everyMs, () => {
      this.#arm(property, everyMs);
      this.#tellStates([property]);
    });
    this.#pushing.set(property, timer);
  }
}

function printRefusal({ hearing }: ErrorRule, known: Known): string {
  return printHeard(hearing, known);
}

/** Codes are texts to clients, and mostly numbers to devices. */
function numberOr(code: string): number | string {
  return /^-?\d{1,15}$/.test(code) ? Number(code) : code;
}

function fieldNames(reading: Extract<Hearing['reading'], { kind: 'text' }>): string[] {
  return reading.template.parts.flatMap((part) =>
    part.kind === 'field' && part.name !== undefined ? [part.name] : [],
  );
}

function word({ pointer, online, offline }: Availability, isOnline: boolean): string {
  const said = isOnline ? online : offline;
  return pointer === undefined ? String(said) : JSON.stringify(placeAt(undefined, pointer, said));
}
