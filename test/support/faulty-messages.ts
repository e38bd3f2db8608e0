import { expect, onTestFinished } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { AnyDriver, Message, MessageConnection } from '../../src/driver/index.ts';
import type { SimulatorEvent } from '../../src/simulation/control.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { mqtt } from '../../src/transport/mqtt.ts';
import type { FarClient, FarMessage, SimulatorKind, WireFace } from '../../simulators/simulator.ts';
import { entry, text as textEntry } from '../../simulators/state.ts';
import { runSimulator } from '../../simulators/wire/run.ts';
import type { RunSettings } from '../../simulators/wire/run-settings.ts';

/** Face 1 is of no interest here. */
const driver: AnyDriver = {
  contract: 1,
  model: { name: 'subject', summary: 'Says what it is told to.', commands: {}, properties: {}, events: {} },
  transports: ['mqtt'],
  options: {},
  attach: () => Promise.reject(new Error('never attached')),
};

type Messages = Extract<WireFace, { shape: 'messages' }>;

/** A device in the hands of a test: it is set on `dev/set`, and tells what it has become in two messages. */
export class MessageSubject {
  readonly name: string;
  readonly heard: string[] = [];
  /** What it has been set to. */
  value = 'nothing';
  /** How long it takes to tell. */
  answersAfterMs: number | undefined;
  clock: VirtualClock | undefined;
  #client: FarClient | undefined;

  constructor(name = 'dev') {
    this.name = name;
  }

  say(topic: string, payload: string, options: FarMessage['options'] = {}): void {
    this.#client?.publish(topic, payload, options);
  }

  face(more: Partial<Pick<Messages, 'nak' | 'acknowledges'>>): Messages {
    return {
      shape: 'messages',
      will: { topic: 'dev/online', payload: 'no', retain: true },
      ...more,
      serve: (client) => this.#serve(client),
    };
  }

  #serve(client: FarClient): void {
    this.#client = client;
    client.subscribe('dev/set', ({ payload }) => this.#hear(Buffer.from(payload).toString()));
    client.publish('dev/online', this.name, { retain: true });
  }

  #hear(payload: string): void {
    this.heard.push(payload);
    this.value = payload;
    const tell = (): void => {
      this.say('dev/ok', `${this.name} ${payload}`);
      this.say('dev/state', JSON.stringify({ by: this.name, value: payload }));
    };
    if (this.answersAfterMs === undefined) tell();
    else this.clock?.timer(this.answersAfterMs, tell);
  }
}

interface Wanted extends Partial<Omit<RunSettings, 'clock'>> {
  readonly real?: boolean;
  readonly more?: Partial<Pick<Messages, 'nak' | 'acknowledges'>>;
}

export const refusal: Pick<Messages, 'nak'> = {
  nak: ({ topic, payload }) =>
    topic === 'dev/set' ? { topic: 'dev/refused', payload: `not ${Buffer.from(payload).toString()}` } : undefined,
};

/** A simulated device on a broker that can be told to fail, and somebody who hears all that is said there. */
export async function faultyMessages({ real, more = refusal, via = 'memory', ...settings }: Wanted = {}) {
  const clock = new VirtualClock();
  const subject = new MessageSubject();
  const other = new MessageSubject('other');
  subject.clock = clock;
  const subjects = [subject, other];
  const kind: SimulatorKind = {
    model: 'subject',
    options: {},
    create() {
      const its = subjects.shift() ?? subject;
      const state = { value: entry(textEntry('Value'), () => its.value) };
      return { driver, wire: its.face(more), parts: [{ name: 'main', state }], close: () => {} };
    },
  };
  const running = await runSimulator(kind, {
    via,
    seed: 1,
    options: {},
    ...settings,
    clock: real === true ? systemClock : clock,
  });
  onTestFinished(() => running.close());
  const { control } = running;
  const events: SimulatorEvent[] = [];
  control.observe((event) => events.push(event));
  const open = async (): Promise<MessageConnection> => {
    const { signal } = new AbortController();
    const connection = await ('open' in running
      ? running.open(signal)
      : mqtt.open(running.settings, { signal, clock: systemClock }));
    if (connection.shape !== 'messages') throw new Error('not a message connection');
    onTestFinished(() => connection.close());
    return connection;
  };
  const near = await open();
  const said: string[] = [];
  const timed: (readonly [ms: number, text: string])[] = [];
  const text = ({ topic, payload, retained }: Message): string =>
    `${retained ? 'r ' : ''}${topic}=${Buffer.from(payload).toString()}`;
  await near.subscribe('#', (message) => {
    if (message.topic === 'dev/set') return;
    said.push(text(message));
    timed.push([clock.monotonic(), text(message)]);
  });
  // That it is there: it, or the broker, says so.
  await expect.poll(() => said).toHaveLength(1);
  said.splice(0);
  timed.splice(0);
  return {
    clock,
    control,
    subject,
    other,
    events,
    said,
    timed,
    near,
    /** What somebody hears who subscribes only now. */
    async retained(): Promise<string[]> {
      const heard: string[] = [];
      await (await open()).subscribe('#', (message) => void heard.push(text(message)));
      await clock.advance(0);
      return heard;
    },
    async set(value: string): Promise<void> {
      await near.publish('dev/set', value);
      await clock.advance(0);
    },
    faults: (...faults: readonly object[]) => control.setFaults({ faults }),
    acted: () => control.faults().faults.map(({ acted }) => acted),
    active: () => control.faults().faults.map(({ active }) => active),
  };
}
