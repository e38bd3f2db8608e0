import { randomBytes } from 'node:crypto';
import type { IClientOptions, MqttClient } from 'mqtt';
import { BellcrankError } from '../errors.ts';
import type { Connection } from './connection.ts';
import { MqttConnection } from './mqtt-connection.ts';
import { endClient } from './mqtt-end.ts';
import { MqttPresence } from './mqtt-presence.ts';
import { hintOf, reasonCodeOf } from './mqtt-reasons.ts';
import { labelOf, type Settings, settings } from './mqtt-settings.ts';
import { tlsOptions } from './mqtt-tls.ts';
import { ReadAhead } from './read-ahead.ts';
import { defineTransport, type OpenContext, reasonOf } from './transport.ts';

const defaultMaxPayloadBytes = 16 * 1024 * 1024;
/** What a packet may hold beside its payload: a topic, properties, lengths. */
const besidePayloadBytes = 128 * 1024;
/** MQTT 5.0 §2.1.4: the longest packet there is. */
const longestPacketBytes = 268_435_460;

/** An MQTT broker. Every open is a new client with an empty store and a clean session. */
export const mqtt = defineTransport({
  name: 'mqtt',
  presents: 'mqtt',
  shape: 'messages',
  settings,
  label: labelOf,
  open,
});

async function open(wanted: Settings, context: OpenContext): Promise<Connection> {
  if (context.signal.aborted) throw reasonOf(context.signal);
  const { connectBy } = await import('./mqtt-client.ts');
  const tls = await secured(wanted, context);
  if (context.signal.aborted) throw reasonOf(context.signal);
  const presence = wanted.presence === undefined ? undefined : new MqttPresence(wanted.presence, context.clock);
  const options = { ...clientOptions(wanted), ...tls, ...(presence !== undefined && { will: presence.will }) };
  const ahead = new ReadAhead(context.clock);
  const client = connectBy(ahead, wanted.url, options);
  const connection = await accepted({ client, ahead }, wanted, context, presence);
  void presence?.begin(connection, (what) => (context.onTrouble ?? context.onStray)?.(what));
  return connection;
}

async function secured(wanted: Settings, { clock }: OpenContext): Promise<IClientOptions> {
  return /^(mqtts|wss):/.test(wanted.url) ? tlsOptions(wanted, clock) : {};
}

function clientOptions(wanted: Settings): IClientOptions {
  const { username, password, protocolVersion = 4, connectTimeoutMs = 5000 } = wanted;
  return {
    // 3.1.1 brokers need accept no more than 23 characters (MQTT 3.1.1 §3.1.3.1).
    clientId: wanted.clientId ?? `bellcrank-${randomBytes(6).toString('hex')}`,
    keepalive: wanted.keepaliveSeconds ?? 15,
    protocolVersion,
    // The context's clock counts; this is for a clock that stands still.
    connectTimeout: connectTimeoutMs + 1000,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    // A broker that knows the limit drops what is longer, for this client only (MQTT 5.0 §3.1.2.11.4).
    ...(protocolVersion === 5 && { properties: { maximumPacketSize: maximumPacketSize(wanted) } }),
    // Nothing outlives its connection: no session, no reconnecting, no queue, no repeating. Stores are in memory by default.
    clean: true,
    reconnectPeriod: 0,
    queueQoSZero: false,
    resubscribe: false,
  };
}

function maximumPacketSize({ maxPayloadBytes = defaultMaxPayloadBytes }: Settings): number {
  return Math.min(maxPayloadBytes + besidePayloadBytes, longestPacketBytes);
}

/** Resolves when the broker has accepted the client; else the client is ended. */
async function accepted(
  { client, ahead }: { readonly client: MqttClient; readonly ahead: ReadAhead },
  wanted: Settings,
  { signal, clock, onStray, onTrouble }: OpenContext,
  presence: MqttPresence | undefined,
): Promise<MqttConnection> {
  const label = labelOf(wanted);
  const { connectTimeoutMs: answerMs = 5000, filtersPerSubscribe = 100 } = wanted;
  const { maxPayloadBytes = defaultMaxPayloadBytes, clientId } = wanted;
  const { promise, resolve, reject } = Promise.withResolvers<MqttConnection>();
  const failed = (error: Error): void => reject(explain(label, error));
  const closed = (): void => failed(new Error('it closed the connection before accepting it'));
  const aborted = (): void => reject(reasonOf(signal));
  const options = {
    label,
    clock,
    answerMs,
    filtersPerSubscribe,
    maxPayloadBytes,
    clientId,
    ahead,
    presence,
    onStray,
    onTrouble,
  };
  // In the event itself: the next packet may already wait.
  const connected = (): void => resolve(new MqttConnection(client, options));
  const timer = clock.timer(answerMs, () => failed(new Error(`no answer within ${answerMs} ms`)));
  client.once('connect', connected);
  // For good: an error without a listener ends the process.
  client.on('error', failed);
  client.once('close', closed);
  signal.addEventListener('abort', aborted, { once: true });
  try {
    return await promise;
  } catch (error) {
    await endClient(client, 'close', clock);
    throw error;
  } finally {
    timer.cancel();
    client.removeListener('connect', connected);
    client.removeListener('close', closed);
    signal.removeEventListener('abort', aborted);
  }
}

function explain(label: string, error: Error): BellcrankError {
  const text = `the broker ${label} cannot be used: ${hintOf(error)}`;
  const code = reasonCodeOf(error);
  const device = code === undefined ? {} : { device: { code: String(code), text: error.message } };
  return new BellcrankError('device-offline', text, { cause: error, ...device });
}
