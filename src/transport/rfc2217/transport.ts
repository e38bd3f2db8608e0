import { type Static, Type } from '@sinclair/typebox';
import { characterMs, characterSettings } from '../character.ts';
import type { Connection } from '../connection.ts';
import { asHalfDuplex, halfDuplexSettings } from '../half-duplex.ts';
import { connectTcp, hostPort } from '../tcp.ts';
import { defineTransport, type OpenContext, reasonOf } from '../transport.ts';
import { type ComPortSettings, setUp } from './com-port.ts';
import { ComPortConnection, TooLate } from './connection.ts';

const settings = Type.Object(
  {
    host: Type.String({ minLength: 1, description: 'Host name or address of the serial server.' }),
    port: Type.Integer({ minimum: 1, maximum: 65_535, description: 'Its TCP port that stands for the serial port.' }),
    connectTimeoutMs: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 600_000,
        unit: 'ms',
        description: 'Longest wait until the port is set up; 3000 if absent.',
      }),
    ),
    ...characterSettings,
    parity: Type.Optional(
      Type.Unsafe<ComPortSettings['parity']>({
        type: 'string',
        enum: ['none', 'even', 'odd', 'mark', 'space'],
        description: 'Parity; none if absent.',
      }),
    ),
    flowControl: Type.Optional(
      Type.Unsafe<ComPortSettings['flowControl']>({
        type: 'string',
        enum: ['none', 'software', 'hardware'],
        description:
          'How the far port and the device hold each other up: not, by XOFF and XON, or by RTS and CTS; none if absent.',
      }),
    ),
    dtr: Type.Optional(Type.Boolean({ description: 'Set DTR of the far port; left to the server if absent.' })),
    rts: Type.Optional(Type.Boolean({ description: 'Set RTS of the far port; left to the server if absent.' })),
    ...halfDuplexSettings,
  },
  { additionalProperties: false },
);

type Settings = Static<typeof settings>;

/** A serial port of another machine, through a server that speaks RFC 2217. Drivers see a serial port. */
export const rfc2217 = defineTransport({
  name: 'rfc2217',
  presents: 'serial',
  reopens: true,
  shape: 'bytes',
  settings,
  label: (wanted) => `rfc2217://${hostPort(wanted)}`,
  open,
});

async function open(wanted: Settings, context: OpenContext): Promise<Connection> {
  const { connectTimeoutMs = 3000 } = wanted;
  const { signal, clock, onStray } = context;
  if (signal.aborted) throw reasonOf(signal);
  const socket = await connectTcp({ ...wanted, connectTimeoutMs }, context);
  const port = withDefaults(wanted);
  const label = rfc2217.label(wanted);
  const connection = new ComPortConnection(socket, label, { clock, onStray, characterMs: characterMs(port) });
  const giveUp = new AbortController();
  const onAbort = (): void => giveUp.abort(reasonOf(signal));
  const timer = clock.timer(connectTimeoutMs, () => giveUp.abort(new TooLate('no answer')));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await connection.begin(setUp(port), giveUp.signal);
    return asHalfDuplex(connection, wanted, context);
  } catch (error) {
    await connection.close();
    throw error;
  } finally {
    timer.cancel();
    signal.removeEventListener('abort', onAbort);
  }
}

function withDefaults(wanted: Settings): ComPortSettings {
  return { baudRate: 9600, dataBits: 8, stopBits: 1, parity: 'none', flowControl: 'none', ...wanted };
}
