import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Static, Type } from '@sinclair/typebox';
import mqttjs, { type IClientOptions, type MqttClient } from 'mqtt';
import { BellcrankError, messageOf } from '../errors.ts';
import type { Connection } from './connection.ts';
import { MqttConnection } from './mqtt-connection.ts';
import { endClient } from './mqtt-end.ts';
import { defineTransport, type OpenContext, reasonOf } from './transport.ts';

const settings = Type.Object(
  {
    url: Type.String({
      pattern: '^(mqtt|mqtts|ws|wss)://[^\\s]+$',
      description: 'The broker: mqtt://host:1883, mqtts://host:8883, ws://host:9001/mqtt or wss://….',
    }),
    username: Type.Optional(Type.String({ description: 'User name at the broker.' })),
    password: Type.Optional(Type.String({ description: 'Password at the broker; best taken from the environment.' })),
    clientId: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 65_535,
        description: 'Client identifier; a random one per connection if absent. A broker cuts the older of two alike.',
      }),
    ),
    keepaliveSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 65_535,
        unit: 's',
        description: 'How often an idle link is checked; a dead broker is noticed after 1.5 times this. 15 if absent.',
      }),
    ),
    protocolVersion: Type.Optional(
      Type.Unsafe<4 | 5>({
        type: 'integer',
        enum: [4, 5],
        description: '4 is MQTT 3.1.1, 5 is MQTT 5.0; 4 if absent.',
      }),
    ),
    connectTimeoutMs: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 600_000,
        unit: 'ms',
        description: 'Longest wait for the broker to accept, and to answer a subscription; 5000 if absent.',
      }),
    ),
    rejectUnauthorized: Type.Optional(
      Type.Boolean({ description: 'Refuse a broker whose certificate cannot be verified; on if absent.' }),
    ),
    caFile: Type.Optional(
      Type.String({ minLength: 1, description: 'PEM file with the authority that signed the broker’s certificate.' }),
    ),
  },
  { additionalProperties: false },
);

type Settings = Static<typeof settings>;

/** An MQTT broker. Every open is a new client with an empty store and a clean session. */
export const mqtt = defineTransport({
  name: 'mqtt',
  presents: 'mqtt',
  shape: 'messages',
  settings,
  label: labelOf,
  open,
});

/** The URL without user, password and query, all of which can carry secrets. */
function labelOf({ url }: Settings): string {
  if (!URL.canParse(url)) return url.replace(/^(\w+:\/\/).*@/, '$1').replace(/\?.*$/, '');
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}

async function open(wanted: Settings, context: OpenContext): Promise<Connection> {
  const label = labelOf(wanted);
  const { connectTimeoutMs = 5000 } = wanted;
  if (context.signal.aborted) throw reasonOf(context.signal);
  const options = await clientOptions(wanted, connectTimeoutMs);
  if (context.signal.aborted) throw reasonOf(context.signal);
  return accepted(mqttjs.connect(wanted.url, options), label, connectTimeoutMs, context);
}

async function clientOptions(wanted: Settings, connectTimeoutMs: number): Promise<IClientOptions> {
  const { username, password, caFile } = wanted;
  return {
    // 3.1.1 brokers need accept no more than 23 characters (MQTT 3.1.1 §3.1.3.1).
    clientId: wanted.clientId ?? `bellcrank-${randomBytes(6).toString('hex')}`,
    keepalive: wanted.keepaliveSeconds ?? 15,
    protocolVersion: wanted.protocolVersion ?? 4,
    // The context's clock counts; this is for a clock that stands still.
    connectTimeout: connectTimeoutMs + 1000,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    rejectUnauthorized: wanted.rejectUnauthorized ?? true,
    ...(caFile !== undefined && { ca: await authority(caFile) }),
    // Nothing outlives its connection: no session, no reconnecting, no queue, no repeating. Stores are in memory by default.
    clean: true,
    reconnectPeriod: 0,
    queueQoSZero: false,
    resubscribe: false,
  };
}

async function authority(caFile: string): Promise<Buffer> {
  try {
    return await readFile(caFile);
  } catch (cause) {
    throw new BellcrankError('device-offline', `caFile cannot be read: ${messageOf(cause)}`, { cause });
  }
}

/** Resolves when the broker has accepted the client; else the client is ended. */
async function accepted(
  client: MqttClient,
  label: string,
  timeoutMs: number,
  { signal, clock, onStray }: OpenContext,
): Promise<Connection> {
  const { promise, resolve, reject } = Promise.withResolvers<Connection>();
  const failed = (error: Error): void => reject(explain(label, error));
  const closed = (): void => failed(new Error('it closed the connection before accepting it'));
  const aborted = (): void => reject(reasonOf(signal));
  // In the event itself: the next packet may already wait.
  const connected = (): void => resolve(new MqttConnection(client, { label, clock, answerMs: timeoutMs, onStray }));
  const timer = clock.timer(timeoutMs, () => failed(new Error(`no answer within ${timeoutMs} ms`)));
  client.once('connect', connected);
  client.on('error', failed);
  client.once('close', closed);
  signal.addEventListener('abort', aborted, { once: true });
  try {
    return await promise;
  } catch (error) {
    await endClient(client, true, clock);
    throw error;
  } finally {
    timer.cancel();
    client.removeListener('connect', connected);
    client.removeListener('error', failed);
    client.removeListener('close', closed);
    signal.removeEventListener('abort', aborted);
  }
}

function explain(label: string, error: Error): BellcrankError {
  return new BellcrankError('device-offline', `the broker ${label} cannot be used: ${hintOf(error)}`, { cause: error });
}

function hintOf(error: Error): string {
  switch ('code' in error ? error.code : undefined) {
    case 'ECONNREFUSED':
      return 'nothing accepts connections there; is it running?';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'its name cannot be resolved';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return `its certificate is not signed by a known authority (${error.message}); set caFile`;
    default:
      return error.message;
  }
}
