import type { Clock } from '../../src/clock.ts';
import { BellcrankError, type Connection } from '../../src/driver/index.ts';
import type { Recording } from '../../src/recording/index.ts';
import type { WireSimulatorKind } from '../simulator.ts';
import { runSimulator } from '../wire/run.ts';
import { type Difference, differencesOf } from './differences.ts';
import { bytesOf, type Payload, type Said, type Turns, turnsOf } from '../../src/recording/index.ts';

export type { Difference } from './differences.ts';

/** Time that is moved by whoever has it. */
export interface SteppedClock extends Clock {
  advance(ms: number): Promise<void>;
}

export interface CompareSettings {
  readonly clock: SteppedClock;
  readonly seed: number;
  /** Of the simulator. */
  readonly options: unknown;
  /** How much later or sooner an answer may begin; answers are not timed if absent. */
  readonly toleranceMs?: number;
}

export interface Comparison {
  /** How often the device was sent something. */
  readonly turns: number;
  readonly differences: readonly Difference[];
}

/** After the last question, for answers that take their time. */
const lingerMs = 5000;
/** How long an answer that the device gave may keep the next question waiting, and how often it is looked for. */
const lateMs = 1000;
const lookMs = 1;

/** Asks a simulator what a recorded device was asked, at the same times, and tells where their answers differ. */
export async function compareRecording(
  recording: Recording,
  kind: WireSimulatorKind,
  { clock, seed, options, toleranceMs }: CompareSettings,
): Promise<Comparison> {
  const recorded = turnsOf(recording);
  const running = await runSimulator(kind, { via: 'memory', seed, options, clock });
  try {
    if (running.transport !== 'memory' || running.shape !== recorded.shape) {
      const message = `the recording is of ${recorded.shape}, and the simulator of ${kind.model} is not; name another model`;
      throw new BellcrankError('invalid-request', message);
    }
    const connection = await running.open(new AbortController().signal);
    const said = await answersOf(connection, recorded, clock);
    return { turns: recorded.turns.length, differences: differencesOf(recorded, said, toleranceMs) };
  } finally {
    await running.close();
  }
}

/** What was said before the first question, and after each. */
async function answersOf(
  connection: Connection,
  { greeting, turns }: Turns,
  clock: SteppedClock,
): Promise<readonly (readonly Said[])[]> {
  const answers: Said[][] = [[]];
  const begun = clock.monotonic();
  let since = begun;
  const hear = (payload: Payload): void => {
    answers.at(-1)?.push({ afterMs: clock.monotonic() - since, payload });
  };
  await listen(connection, [...greeting, ...turns.flatMap(({ said }) => said)], hear);
  for (const [index, { at, sent }] of turns.entries()) {
    await clock.advance(Math.max(0, begun + at - clock.monotonic()));
    // Who asks a device waits for what it says: a simulator that takes longer has not said something else.
    const latest = (turns[index - 1]?.said.length ?? 0) > 0 ? since + lateMs : 0;
    while (answers.at(-1)?.length === 0 && clock.monotonic() < latest) await clock.advance(lookMs);
    since = clock.monotonic();
    answers.push([]);
    await send(connection, sent);
  }
  await clock.advance(lingerMs);
  await connection.close();
  return answers;
}

/** To what the recorder could hear: of a broker only the topics that something was heard on. */
async function listen(connection: Connection, heard: readonly Said[], hear: (payload: Payload) => void): Promise<void> {
  if (connection.shape === 'bytes') return void connection.onData((chunk) => hear(Uint8Array.from(chunk)));
  const topics = new Set(heard.flatMap(({ payload }) => (payload instanceof Uint8Array ? [] : [payload.topic])));
  for (const topic of topics) await connection.subscribe(topic, hear);
}

async function send(connection: Connection, sent: Payload): Promise<void> {
  if (connection.shape === 'bytes') return await connection.write(bytesOf(sent));
  if (sent instanceof Uint8Array) throw new BellcrankError('invalid-request', 'bytes stand among the messages');
  await connection.publish(sent.topic, sent.payload, { ...sent, retain: sent.retained });
}
