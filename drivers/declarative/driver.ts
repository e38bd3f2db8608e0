import { isDeepStrictEqual } from 'node:util';
import {
  type AnyDriver,
  type AnySession,
  attachCall,
  BellcrankError,
  type ByteConnection,
  type Connection,
  type Context,
  contractVersion,
} from '../../src/driver/index.ts';
import type { DefinitionSource, LineSettings } from './definition/definition.ts';
import { DefinedSession } from './session/session.ts';

/** The driver of a device type that a definition describes (docs/definitions.md). */
export function definitionDriver(source: DefinitionSource): AnyDriver {
  const { model, transports, optionsSchema, line } = source.largest;
  const serial = serialDefaults(line);
  return {
    contract: contractVersion,
    model,
    transports,
    options: optionsSchema,
    // Frames carry no ids: replies can only be told apart by order.
    maxInFlight: 1,
    timing: { gapMs: line.gapMs, quietMs: line.quietMs },
    ...(Object.keys(serial).length > 0 && { serial }),
    ...(source.hasAddress && { address: (options: unknown) => source.address(record(options)) ?? '' }),
    attach: (connection, options, context) => attach(source, byteStream(connection, model.name), options, context),
  };
}

/** Knows nothing of what was before. Rejects with `identity-mismatch` and `device-timeout`. */
async function attach(
  source: DefinitionSource,
  connection: ByteConnection,
  options: unknown,
  context: Context,
): Promise<AnySession> {
  const definition = source.compile(record(options));
  const session = new DefinedSession(definition, connection, context, source.hasAddress);
  try {
    await session.learn(attachCall(connection, context.signal));
  } catch (error) {
    session.close();
    throw error;
  }
  const { model } = definition;
  const isItsOwn = !isDeepStrictEqual(model, source.largest.model);
  return { ...session.handlers(), ...(isItsOwn && { model }) };
}

function byteStream(connection: Connection | null, name: string): ByteConnection {
  if (connection?.shape === 'bytes') return connection;
  throw new BellcrankError('driver-fault', `${name} speaks over a byte stream`);
}

/** Valid by the definition's schema, and so an object. */
function record(options: unknown): Readonly<Record<string, unknown>> {
  return typeof options === 'object' && options !== null ? { ...options } : {};
}

function serialDefaults({ baudRate, dataBits, stopBits, parity }: LineSettings): NonNullable<AnyDriver['serial']> {
  return {
    ...(baudRate !== undefined && { baudRate }),
    ...(dataBits !== undefined && { dataBits }),
    ...(stopBits !== undefined && { stopBits }),
    ...(parity !== undefined && { parity }),
  };
}
