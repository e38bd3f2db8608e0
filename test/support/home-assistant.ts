import { homeAssistant } from '../../drivers/home-assistant/driver.ts';
import type { AnySession, Candidate, Message } from '../../src/driver/index.ts';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { messageCall, recordingContext, runCommand, sharedOn, type TestCall } from './message-call.ts';

/** A hub on which a test announces devices and speaks for them. */
export async function announcer() {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const near = hub.connect('near');
  const far = hub.connect('far');
  const shared = sharedOn(near, clock);
  const heard: (Message & { text: string })[] = [];
  await far.subscribe('#', (message) => heard.push({ ...message, text: Buffer.from(message.payload).toString() }));
  /** Lets what was said be heard; announcements have settled afterwards. */
  const calm = async (): Promise<void> => {
    for (let turn = 0; turn < 12; turn++) await settle();
  };
  const say = async (topic: string, payload: unknown, retain = false): Promise<void> => {
    const text = typeof payload === 'string' || payload instanceof Uint8Array ? payload : JSON.stringify(payload);
    await far.publish(topic, text, { retain });
    await calm();
  };
  const announce = (topic: string, payload: unknown): Promise<void> =>
    say(`homeassistant/${topic}/config`, payload, true);
  const attach = async (device: string, options: Record<string, unknown> = {}) => {
    const controller = new AbortController();
    const { context, told } = recordingContext(clock, controller.signal, shared);
    const attaching = homeAssistant.attach(near, { device, ...options }, context);
    // It may fail while the clock advances.
    attaching.catch(() => {});
    await calm();
    await clock.advance(300);
    const session = await attaching;
    await calm();
    const call = (settings: { dryRun?: boolean } = {}): TestCall =>
      messageCall({ connection: near, clock, ...settings });
    const write = (property: string, value: unknown, its = call()): Promise<unknown> =>
      writeProperty(session, property, value, its);
    const run = (command: string, params: unknown, its = call()): Promise<unknown> =>
      runCommand(session, command, params, its);
    return { session, told, call, write, run, end: () => controller.abort(new Error('over')) };
  };
  /** What discovery finds, and what has gone. */
  const discover = async (options: Record<string, unknown> = {}) => {
    const found = new Map<string, Candidate>();
    const gone: string[] = [];
    const discovery = {
      found: (candidate: Candidate) => void found.set(candidate.identity, candidate),
      gone: (identity: string) => void (found.delete(identity), gone.push(identity)),
    };
    const silent = (): void => {};
    const log = { debug: silent, info: silent, warn: silent, error: silent };
    const { signal } = new AbortController();
    const searching = homeAssistant.discover?.(near, discovery, { log, clock, signal, shared, options });
    await calm();
    await searching;
    return { found, gone };
  };
  /** What was published for devices to obey. */
  const sent = (): (readonly [string, string])[] =>
    heard
      .splice(0)
      .filter(({ topic }) => topic.endsWith('/set'))
      .map(({ topic, text }) => [topic, text] as const);
  return { clock, hub, near, far, shared, heard, calm, say, announce, attach, discover, sent };
}

/** Writes a property of an erased session. */
function writeProperty(session: AnySession, name: string, value: unknown, { call }: TestCall): Promise<unknown> {
  const writer = session.write?.[name];
  if (writer === undefined) throw new Error(`the session cannot write ${name}`);
  // Erased handlers take `never`; the test passes what the schema allows.
  return writer(value as never, call as never);
}
