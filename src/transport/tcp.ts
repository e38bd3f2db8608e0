import { createConnection, type Socket } from 'node:net';
import { type Static, Type } from '@sinclair/typebox';
import { BellcrankError } from '../errors.ts';
import type { Connection } from './connection.ts';
import { asHalfDuplex, halfDuplexSettings } from './half-duplex.ts';
import { SocketConnection } from './socket.ts';
import { defineTransport, type OpenContext, reasonOf } from './transport.ts';

const settings = Type.Object(
  {
    host: Type.String({ minLength: 1, description: 'Host name or address of the device or its serial server.' }),
    port: Type.Integer({ minimum: 1, maximum: 65_535, description: 'TCP port.' }),
    connectTimeoutMs: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 600_000, unit: 'ms', description: 'Longest wait for it; 3000 if absent.' }),
    ),
    keepAlive: Type.Optional(
      Type.Boolean({
        description:
          'Have the kernel probe an idle connection, so that a device without power is noticed; on if absent.',
      }),
    ),
    ...halfDuplexSettings,
  },
  { additionalProperties: false },
);

type Settings = Static<typeof settings>;

/** Idle time before the first keep-alive probe. */
const keepAliveDelayMs = 10_000;

/** A raw TCP byte stream, without delaying small packets. */
export const tcp = defineTransport({
  name: 'tcp',
  presents: 'tcp',
  reopens: true,
  shape: 'bytes',
  settings,
  label: hostPort,
  open,
});

export function hostPort({ host, port }: Pick<Settings, 'host' | 'port'>): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

async function open(wanted: Settings, context: OpenContext): Promise<Connection> {
  return asHalfDuplex(await connectTcp(wanted, context), wanted, context);
}

/** A connected socket. Rejects with `device-offline`, or with the signal's reason. */
export async function connectTcp(wanted: Settings, context: OpenContext): Promise<SocketConnection> {
  const { host, port, connectTimeoutMs = 3000, keepAlive = true } = wanted;
  if (context.signal.aborted) throw reasonOf(context.signal);
  const socket = createConnection({ host, port, noDelay: true, keepAlive, keepAliveInitialDelay: keepAliveDelayMs });
  await connected(socket, hostPort(wanted), connectTimeoutMs, context);
  return new SocketConnection(socket, hostPort(wanted), context.onStray);
}

function connected(socket: Socket, label: string, timeoutMs: number, { signal, clock }: OpenContext): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const failed = (error: Error): void => reject(explain(label, error));
  const aborted = (): void => reject(reasonOf(signal));
  const timer = clock.timer(timeoutMs, () => failed(new Error(`no answer within ${timeoutMs} ms`)));
  socket.once('connect', resolve);
  socket.on('error', failed);
  signal.addEventListener('abort', aborted, { once: true });
  return promise
    .catch((error: unknown) => {
      // Whatever it still says is of no interest, but an error that nobody listens to would end the process.
      socket.on('error', () => {});
      socket.destroy();
      throw error;
    })
    .finally(() => {
      timer.cancel();
      socket.removeListener('error', failed);
      signal.removeEventListener('abort', aborted);
    });
}

function explain(label: string, error: Error): BellcrankError {
  return new BellcrankError('device-offline', `${label} cannot be reached: ${hintOf(error)}`, { cause: error });
}

function hintOf(error: Error): string {
  switch ('code' in error ? error.code : undefined) {
    case 'ECONNREFUSED':
      return 'nothing accepts connections there; is the device up, and is it the right port?';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'its name cannot be resolved';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'there is no route to it';
    default:
      return error.message;
  }
}
