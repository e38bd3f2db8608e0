import {
  type AnyDriver,
  type AnySession,
  type Call,
  type Context,
  type MessageConnection,
  type MessageWire,
} from '../../../src/driver/index.ts';
import { MemoryHub } from '../../../src/transport/memory.ts';
import { topicMapDriver } from '../../../drivers/declarative/topics/driver.ts';
import type { TopicMapSource } from '../../../drivers/declarative/topics/topic-map.ts';
import type { FarClient } from '../../simulator.ts';
import type { TopicDeviceWire } from './wire.ts';

type Handler = (...args: never[]) => Promise<unknown>;

/** Face 1: the same contract without a connection. Driver and device share the engine, so what lies between is a hub here. */
export function simulatedTopicDriver(source: TopicMapSource, wire: TopicDeviceWire): AnyDriver {
  const driver = topicMapDriver(source);
  return {
    ...driver,
    transports: ['none'],
    async attach(_connection, options, context) {
      const hub = new MemoryHub();
      const near = hub.connect('simulated');
      if (wire.face.shape === 'messages') wire.face.serve(farClient(hub, context));
      return bridged(await driver.attach(near, options, context), near);
    },
  };
}

function farClient(hub: MemoryHub, { log }: Context): FarClient {
  const far = hub.connect('simulated device');
  const failed = (error: unknown): void =>
    log.debug({ error: String(error) }, 'the simulated device has no connection');
  return {
    publish: (topic, payload, options) => void far.publish(topic, payload, options).catch(failed),
    subscribe: (filter, listener) => void far.subscribe(filter, listener).catch(failed),
  };
}

/** The same session, whose calls have no connection to publish through. */
function bridged(session: AnySession, near: MessageConnection): AnySession {
  const handler =
    (handle: Handler) =>
    (...args: never[]) => {
      const call = args.at(-1) as unknown as Call<null>;
      return handle(...args.slice(0, -1), throughHub(call, near) as never);
    };
  const each = (handlers: Readonly<Record<string, Handler | undefined>> = {}) =>
    Object.fromEntries(
      Object.entries(handlers).flatMap(([name, handle]) => (handle ? [[name, handler(handle)] as const] : [])),
    );
  const optional = (['readMany', 'init', 'stop', 'resync'] as const).flatMap((name) => {
    const handle = session[name]?.bind(session);
    return handle === undefined ? [] : [[name, handler(handle)] as const];
  });
  return {
    ...(session.model && { model: session.model }),
    commands: each(session.commands),
    read: each(session.read),
    write: each(session.write),
    // The same names with handlers of the same shapes.
    ...(Object.fromEntries(optional) as Pick<AnySession, 'readMany' | 'init' | 'stop' | 'resync'>),
  };
}

function throughHub(call: Call<null>, near: MessageConnection): Call<MessageWire> {
  const wire: MessageWire = {
    async publish(topic, payload, options) {
      if (call.dryRun) return;
      await call.sending();
      await near.publish(topic, payload, options, call.signal);
    },
  };
  return {
    id: call.id,
    signal: call.signal,
    cancelled: call.cancelled,
    deadline: call.deadline,
    dryRun: call.dryRun,
    wire,
    sending: () => call.sending(),
    confirm: (level, evidence) => call.confirm(level, evidence),
    progress: (progress) => call.progress(progress),
    yield: () => call.yield(),
    late: (result) => call.late(result),
  };
}
