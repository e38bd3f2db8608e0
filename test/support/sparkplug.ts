import { onTestFinished, vi } from 'vitest';
import { sparkplugB } from '../../drivers/sparkplug-b/driver.ts';
import { decode, type InPayload } from '../../simulators/sparkplug-b/decode.ts';
import { encode, type OutMetric } from '../../simulators/sparkplug-b/encode.ts';
import type { AnySession } from '../../src/driver/index.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { messageCall, recordingContext, sharedOn, type TestCall, type Told } from './message-call.ts';

/** A device attached by hand. */
export interface Attached {
  readonly session: AnySession;
  readonly told: Told;
  /** Ends its session. */
  end(): void;
}

export interface Command {
  readonly topic: string;
  readonly retained: boolean;
  readonly command: InPayload;
}

/** A hub, the driver's connection to it, and a hand that says what an edge node might say. */
export function sparkplugBench() {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const near = hub.connect();
  const far = hub.connect('by hand');
  const shared = sharedOn(near, clock);
  const commands: Command[] = [];
  for (const type of ['NCMD', 'DCMD']) {
    void far.subscribe(`spBv1.0/+/${type}/#`, ({ topic, payload, retained }) => {
      const command = decode(payload);
      if (command !== undefined) commands.push({ topic, retained, command });
    });
  }
  onTestFinished(async () => {
    await near.close();
    await far.close();
  });

  const say = async (topic: string, metrics: readonly OutMetric[], seq?: number, retain = false): Promise<void> => {
    const payload = encode({ timestamp: clock.now(), metrics, ...(seq !== undefined && { seq }) });
    await far.publish(`spBv1.0/${topic}`, payload, { retain });
    await settle();
  };

  return {
    clock,
    hub,
    near,
    far,
    shared,
    commands,
    say,
    /** Rebirths that were asked for. */
    get rebirths(): number {
      return commands.filter(({ command }) => command.metrics.some(({ name }) => name === 'Node Control/Rebirth'))
        .length;
    },
    /** Attaches, and lets the wait for a birth certificate pass. */
    async attach(options: object): Promise<Attached> {
      const controller = new AbortController();
      const { context, told } = recordingContext(clock, controller.signal, shared);
      const attaching = sparkplugB.attach(near, { group: 'G', node: 'N', replyTimeoutMs: 400, ...options }, context);
      await clock.advance(500);
      const session = await attaching;
      const end = (): void => controller.abort(new Error('over'));
      onTestFinished(end);
      return { session, told, end };
    },
    call: (settings?: { dryRun?: boolean }): TestCall => messageCall({ connection: near, clock, ...settings }),
    bdSeq: (value: number): OutMetric => ({ name: 'bdSeq', datatype: 8, value }),
  };
}

export type SparkplugBench = ReturnType<typeof sparkplugBench>;

/** Lets time pass until something has settled: what a node is asked is spaced. */
export async function passing<T>(clock: VirtualClock, promise: Promise<T>): Promise<T> {
  let settled = false;
  const watched = promise.finally(() => (settled = true));
  watched.catch(() => {});
  const check = (): void => {
    if (!settled) throw new Error('it has not settled');
  };
  // Real brokers take their own time; only then what waits for the clock is due.
  await vi.waitFor(check, { timeout: 200, interval: 2 }).catch(() => {});
  await eventually(clock, check);
  return await watched;
}

/** Waits until something has become true, with time passing slowly enough for real brokers. */
export async function eventually(clock: VirtualClock, check: () => void): Promise<void> {
  await vi.waitFor(
    async () => {
      await clock.advance(25);
      check();
    },
    { timeout: 10_000, interval: 5 },
  );
}

/** Writes a property of an erased session. */
export async function writeProperty(
  session: AnySession,
  name: string,
  value: unknown,
  { call }: TestCall,
): Promise<void> {
  const writer = session.write?.[name];
  if (writer === undefined) throw new Error(`the session cannot write ${name}`);
  // Erased handlers take `never`; the test passes what the schema allows.
  await writer(value as never, call as never);
}
