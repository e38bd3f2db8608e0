import { isDeepStrictEqual } from 'node:util';
import {
  type AnyDriver,
  type AnySession,
  BellcrankError,
  type Connection,
  type Context,
  contractVersion,
  type MessageConnection,
} from '../../../src/driver/index.ts';
import { TopicSession } from './session/session.ts';
import type { TopicMapSource } from './topic-map.ts';

/** The driver of a device type that a topic map describes (docs/topic-maps.md). */
export function topicMapDriver(source: TopicMapSource): AnyDriver {
  const { model, optionsSchema } = source.largest.map;
  return {
    contract: contractVersion,
    model,
    transports: ['mqtt'],
    options: optionsSchema,
    // What answers carries no id in general, and then one at a time is asked.
    maxInFlight: 1,
    address: (options) => source.address(record(options)),
    attach: (connection, options, context) => attach(source, messages(connection, model.name), options, context),
  };
}

async function attach(
  source: TopicMapSource,
  connection: MessageConnection,
  options: unknown,
  context: Context,
): Promise<AnySession> {
  const instance = source.compile(record(options));
  const session = new TopicSession(instance, connection, context);
  await session.attach();
  const { model: _, ...handlers } = session.handlers();
  const { model } = instance.map;
  const isItsOwn = model !== source.largest.map.model && !isDeepStrictEqual(model, source.largest.map.model);
  return { ...handlers, ...(isItsOwn && { model: context.intern(model) }) };
}

function messages(connection: Connection | null, name: string): MessageConnection {
  if (connection?.shape === 'messages') return connection;
  throw new BellcrankError('driver-fault', `${name} speaks MQTT`);
}

/** Valid by the definition's schema, and so an object. */
function record(options: unknown): Readonly<Record<string, unknown>> {
  return typeof options === 'object' && options !== null ? { ...options } : {};
}
