import { onTestFinished } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { AnyDriver, ByteConnection } from '../../src/driver/index.ts';
import type { SimulatorControl, SimulatorEvent } from '../../src/simulation/control.ts';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { transports } from '../../src/transport/index.ts';
import type { SimulatorKind, WireFace } from '../../simulators/simulator.ts';
import type { StateEntries } from '../../simulators/state.ts';
import { runSimulator, type RunningSimulator } from '../../simulators/wire/run.ts';
import type { RunSettings } from '../../simulators/wire/run-settings.ts';

/** Face 1 is of no interest here. */
const driver: AnyDriver = {
  contract: 1,
  model: { name: 'subject', summary: 'Says what it is told to.', commands: {}, properties: {}, events: {} },
  transports: ['serial', 'tcp'],
  options: {},
  attach: () => Promise.reject(new Error('never attached')),
};

export type Bytes = Extract<WireFace, { shape: 'bytes' }>;

/** A device in the hands of a test: what it hears is written down, and answered if there is an answer. */
export class Subject {
  readonly heard: string[] = [];
  readonly seen: ByteConnection[] = [];
  readonly answer: (text: string) => string | undefined;
  readonly nak: Bytes['nak'];

  constructor(answer: (text: string) => string | undefined = () => undefined, nak?: Bytes['nak']) {
    this.answer = answer;
    this.nak = nak;
  }

  get far(): ByteConnection {
    const far = this.seen.at(-1);
    if (far === undefined) throw new Error('nobody has connected');
    return far;
  }

  say(text: string): Promise<void> {
    return this.far.write(Buffer.from(text, 'latin1'));
  }

  face(): Bytes {
    const serve = (far: ByteConnection): void => {
      this.seen.push(far);
      far.onData((chunk) => {
        const text = latin1(chunk);
        this.heard.push(text);
        const answer = this.answer(text);
        if (answer !== undefined) void far.write(Buffer.from(answer, 'latin1')).catch(() => {});
      });
    };
    return { shape: 'bytes', serve, ...(this.nak && { nak: this.nak }) };
  }
}

export const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

interface Wanted extends Partial<Omit<RunSettings, 'clock'>> {
  readonly subject?: Subject;
  /** Answers in its place when the wrong device is asked. */
  readonly other?: Subject;
  readonly state?: StateEntries;
  readonly real?: boolean;
}

/** The near side of a connection: chunks as they came, and when, in the simulator's time. */
export interface Near {
  readonly connection: ByteConnection;
  readonly chunks: string[];
  readonly timed: (readonly [ms: number, text: string])[];
  readonly text: () => string;
  write(text: string, signal?: AbortSignal): Promise<void>;
}

export async function faulty({ subject = new Subject(), other, state, real, ...settings }: Wanted = {}) {
  const clock = new VirtualClock();
  const subjects = [subject, other ?? new Subject()];
  const kind: SimulatorKind = {
    model: 'subject',
    options: {},
    create: () => ({
      driver,
      wire: (subjects.shift() ?? subject).face(),
      ...(state && { parts: [{ name: 'main', state }] }),
      close: () => {},
    }),
  };
  const running = await runSimulator(kind, {
    via: 'memory',
    seed: 1,
    options: {},
    ...settings,
    clock: real === true ? systemClock : clock,
  });
  const events: SimulatorEvent[] = [];
  running.control.observe((event) => events.push(event));
  onTestFinished(() => running.close());
  const open = async (): Promise<Near> => nearOf(await opened(running), running.control);
  return {
    clock,
    running,
    control: running.control,
    subject,
    events,
    open,
    faults: (...faults: readonly object[]) => running.control.setFaults({ faults }),
    acted: () => running.control.faults().faults.map(({ acted }) => acted),
    active: () => running.control.faults().faults.map(({ active }) => active),
  };
}

/** Opens it the way the service does. */
export async function opened(running: RunningSimulator): Promise<ByteConnection> {
  const { signal } = new AbortController();
  const connection = await ('open' in running
    ? running.open(signal)
    : transports
        .find(({ name }) => name === running.transport)
        ?.open(running.settings, { signal, clock: systemClock }));
  if (connection?.shape !== 'bytes') throw new Error('not a byte stream');
  onTestFinished(() => connection.close());
  return connection;
}

async function nearOf(connection: ByteConnection, control: SimulatorControl): Promise<Near> {
  const timed: (readonly [number, string])[] = [];
  const chunks: string[] = [];
  connection.onData((chunk) => {
    timed.push([control.time().elapsedMs, latin1(chunk)]);
    chunks.push(latin1(chunk));
  });
  await settle();
  return {
    connection,
    chunks,
    timed,
    text: () => chunks.join(''),
    write: (text, signal) => connection.write(Buffer.from(text, 'latin1'), signal),
  };
}
