import type { Message } from '../../src/driver/index.ts';
import type { PassedMessage } from '../../src/recording/index.ts';
import type { FarClient } from '../simulator.ts';
import type { ReplayFace, ReplayLog, ReplayParts } from './replay.ts';
import { Speaking } from './speaking.ts';
import type { Said, Turn, Turns } from '../../src/recording/index.ts';

/** Recorded messages: what was said first is said to each broker that is found, the rest when its question comes. */
export function messageFace({ greeting, turns }: Turns, { settings, log, clock }: ReplayParts): ReplayFace {
  const script = settings.by === 'order' ? new InOrder(turns) : new ByMatch(turns);
  const topics = new Set(turns.flatMap(({ sent }) => (isMessage(sent) ? [sent.topic] : [])));
  let speaking: Speaking | undefined;
  const serve = (client: FarClient): void => {
    speaking?.close();
    const mine = new Speaking(clock, settings.timing);
    speaking = mine;
    const hear = (message: Message): void => {
      // What a broker had kept is no question that is asked now.
      if (speaking !== mine || message.retained) return;
      const turn = script.take(message);
      if (turn === undefined) return unexpected(log, message, script.expected);
      mine.say(turn.said, (said) => publish(client, said, turn.sent, message));
    };
    for (const topic of topics) client.subscribe(topic, hear);
    mine.say(greeting, (said) => publish(client, said));
  };
  return {
    wire: { shape: 'messages', ...(speaks5(greeting, turns) && { protocolVersion: 5 }), serve },
    unasked: () => script.left(),
    close: () => speaking?.close(),
  };
}

interface Script {
  /** The turn that a message begins, if it begins one. */
  take(message: Message): Turn | undefined;
  readonly expected: Turn | undefined;
  left(): readonly Turn[];
}

class InOrder implements Script {
  readonly #turns: Turn[];

  constructor(turns: readonly Turn[]) {
    this.#turns = [...turns];
  }
  get expected(): Turn | undefined {
    return this.#turns[0];
  }
  take(message: Message): Turn | undefined {
    const { expected } = this;
    return expected !== undefined && isSame(expected, message) ? this.#turns.shift() : undefined;
  }
  left(): readonly Turn[] {
    return this.#turns;
  }
}

class ByMatch implements Script {
  readonly expected = undefined;
  readonly #turns: readonly Turn[];
  readonly #taken = new Set<Turn>();

  constructor(turns: readonly Turn[]) {
    this.#turns = turns;
  }
  take(message: Message): Turn | undefined {
    const alike = this.#turns.filter((turn) => isSame(turn, message));
    const turn = alike.find((one) => !this.#taken.has(one)) ?? alike.at(-1);
    if (turn !== undefined) this.#taken.add(turn);
    return turn;
  }
  left(): readonly Turn[] {
    return this.#turns.filter((turn) => !this.#taken.has(turn));
  }
}

function isSame({ sent }: Turn, { topic, payload }: Message): boolean {
  return isMessage(sent) && sent.topic === topic && Buffer.compare(sent.payload, payload) === 0;
}

function isMessage(payload: Turn['sent']): payload is PassedMessage {
  return !(payload instanceof Uint8Array);
}

/** Where the recorded question named a place for its answer, the answer goes to the one that this question names. */
function publish(client: FarClient, { payload: said }: Said, asked?: Turn['sent'], message?: Message): void {
  if (!isMessage(said)) return;
  const { topic, payload, retained, qos, responseTopic, contentType, userProperties } = said;
  const isAnswer = asked !== undefined && isMessage(asked) && asked.responseTopic === topic;
  const correlationData = isAnswer ? message?.correlationData : said.correlationData;
  client.publish((isAnswer ? message?.responseTopic : undefined) ?? topic, payload, {
    retain: retained,
    ...(qos !== undefined && { qos }),
    ...(responseTopic !== undefined && { responseTopic }),
    ...(correlationData !== undefined && { correlationData }),
    ...(contentType !== undefined && { contentType }),
    ...(userProperties !== undefined && { userProperties }),
  });
}

function speaks5(greeting: readonly Said[], turns: readonly Turn[]): boolean {
  const all = [
    ...greeting.map(({ payload }) => payload),
    ...turns.flatMap(({ sent, said }) => [sent, ...said.map(({ payload }) => payload)]),
  ];
  return all.some(
    (one) => isMessage(one) && (one.correlationData ?? one.responseTopic ?? one.userProperties) !== undefined,
  );
}

function unexpected(log: ReplayLog, { topic, payload }: Message, expected: Turn | undefined): void {
  log.add({ heard: payload, topic, ...(expected !== undefined && { expected }) });
}
