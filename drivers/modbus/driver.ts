import { type Static } from '@sinclair/typebox';
import {
  type AnyDriver,
  type AnySession,
  attachCall,
  BellcrankError,
  type ByteConnection,
  type ByteWire,
  type Call,
  type Context,
  contractVersion,
  type LineCall,
} from '../../src/driver/index.ts';
import type { Binding } from './binding.ts';
import { ModbusClient } from './client.ts';
import { explain } from './explain.ts';
import { Handlers } from './handlers.ts';
import { identify } from './identity.ts';
import { mbap } from './mbap.ts';
import { type ModbusMap, modelOf, optionsSchema } from './model.ts';
import type { Request } from './pdu.ts';
import { readRequest } from './plan.ts';
import { rtu } from './rtu.ts';

type Options = Static<typeof optionsSchema>;

/** Serial Line V1.02, §2.5.1.1: above 19200 Bd the silence between frames is fixed. */
const leastGapMs = 1.75;
const gapCharacters = 3.5;
/** A character of 11 bits at 19200 Bd. */
const fastCharacterMs = 11_000 / 19_200;

/** Longest that adapters and their drivers hold back what has come in. */
const latencyMs = 50;

/** Of a read: for silence before a request, and for the bytes of an answer that follow the first. */
const marginMs = 1000;

const defaults = { replyTimeoutMs: 500, quietMs: 250, guardMs: 200 } as const;

/** A driver for the device that a map describes. The map must be free of findings (`checkModbusMap`). */
export function modbusDriver(map: ModbusMap): AnyDriver {
  const { turnaroundMs = 0, quietMs = defaults.quietMs, guardMs = defaults.guardMs } = map.modbus ?? {};
  return {
    contract: contractVersion,
    model: modelOf(map),
    transports: map.transport ?? ['serial', 'tcp'],
    options: optionsSchema,
    timing: { gapMs: turnaroundMs, quietMs, guardMs },
    address: (options) => String(optionsOf(options).unit ?? 1),
    explain,
    async attach(connection, options, context) {
      if (connection?.shape !== 'bytes')
        throw new BellcrankError('driver-fault', 'Modbus needs a serial port or a socket');
      return await attach(map, connection, optionsOf(options), context);
    },
  };
}

/** The runtime has validated them against the very schema that this type is inferred from. */
function optionsOf(options: unknown): Options {
  return options as Options;
}

async function attach(
  map: ModbusMap,
  connection: ByteConnection,
  options: Options,
  context: Context,
): Promise<AnySession> {
  const client = clientOn(map, connection, options, context);
  context.signal.addEventListener('abort', () => client.close(), { once: true });
  const handlers = new Handlers(map, client);
  try {
    const call = attachCall(connection, context.signal);
    await identify(call, client, map);
    if (map.identify === undefined) await findPresent(call, client, handlers);
  } catch (error) {
    client.close();
    throw error;
  }
  return {
    commands: handlers.commands,
    read: handlers.read,
    write: handlers.write,
    readMany: (names: readonly string[], call: Call<ByteWire, never>) => handlers.readMany(names, call),
    readTogether: (names) => handlers.readTogether(names),
    readWithinMs: (names) => names.length * replyTimeoutOf(map, options) + marginMs,
    ...(map.stop === undefined ? {} : { stop: (call: Call<ByteWire>) => handlers.stop(call) }),
    resync: (call: Call<ByteWire>) =>
      client.resync(
        call,
        probeOf(handlers.readable, (request) => client.owes(request)),
      ),
    detach: async () => client.close(),
  };
}

function clientOn(map: ModbusMap, connection: ByteConnection, options: Options, context: Context): ModbusClient {
  const { quietMs = defaults.quietMs } = map.modbus ?? {};
  const replyTimeoutMs = replyTimeoutOf(map, options);
  const { characterMs } = connection;
  const framing = options.framing ?? (characterMs === undefined ? 'mbap' : 'rtu');
  // Serial Line V1.02, §2.2: a broadcast, which all obey and nobody answers.
  if (framing === 'rtu' && options.unit === 0)
    throw new BellcrankError(
      'invalid-request',
      'unit 0 is everybody on the line; give the unit that the device has, 1 to 247',
    );
  const frameGapMs = characterMs === undefined ? latencyMs : Math.max(latencyMs, silenceMs(characterMs));
  return new ModbusClient(connection, {
    clock: context.clock,
    unit: options.unit ?? 1,
    wrapping: framing === 'rtu' ? rtu : mbap,
    replyTimeoutMs,
    quietMs,
    gapMs: framing === 'rtu' && characterMs !== undefined ? silenceMs(characterMs) : 0,
    frameGapMs,
    // What lies in several packets a network may hold up as long as a whole response.
    responseGapMs: characterMs === undefined ? replyTimeoutMs : frameGapMs,
    unmatched: (what) => context.unmatched(what),
  });
}

function replyTimeoutOf({ modbus }: ModbusMap, options: Options): number {
  return options.replyTimeoutMs ?? modbus?.replyTimeoutMs ?? defaults.replyTimeoutMs;
}

function silenceMs(characterMs: number): number {
  return characterMs < fastCharacterMs ? leastGapMs : characterMs * gapCharacters;
}

/** What says that a device is there, be it by an exception. */
const answers: readonly string[] = ['device-refused', 'device-failed', 'busy'];

/**
 * A device that nothing identifies is there if it answers. One of which nothing can be read may be silent: it is asked all
 * the same, since the echo of a line is no answer to that, and is one to a single write.
 */
async function findPresent(call: LineCall, client: ModbusClient, { readable, written }: Handlers): Promise<void> {
  const probe = probeOf(readable.length > 0 ? readable : written);
  if (probe === undefined) return;
  try {
    await client.ask(call, probe);
  } catch (error) {
    if (!(error instanceof BellcrankError)) throw error;
    if (answers.includes(error.code)) return;
    if (readable.length > 0 || error.code !== 'device-timeout') throw error;
    await client.settle(call.signal);
  }
}

/** A read of another function than one whose response may still come, so that nobody takes one for the other. */
function probeOf(
  readable: readonly Binding[],
  isOwed: (request: Request<unknown>) => boolean = () => false,
): Request<unknown> | undefined {
  const requests = readable.map(({ place }) => readRequest(place));
  return requests.find((request) => !isOwed(request)) ?? requests[0];
}
