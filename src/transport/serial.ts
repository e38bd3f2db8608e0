import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, open as openFile } from 'node:fs/promises';
import { type Static, Type } from '@sinclair/typebox';
import { messageOf } from '../errors.ts';
import { characterMs, characterSettings } from './character.ts';
import type { Connection } from './connection.ts';
import { asHalfDuplex, halfDuplexSettings } from './half-duplex.ts';
import {
  inUse,
  machine,
  openFailure,
  pathOrUsb,
  portLabel,
  portPath,
  type PortRoots,
  usbSettings,
} from './ports/index.ts';
import { SerialConnection } from './serial-connection.ts';
import { setLines } from './serial-lines.ts';
import { lockHolder } from './serial-lock.ts';
import { openPort, type Port, type PortSettings } from './serial-port.ts';
import { defineTransport, type OpenContext, reasonOf, type Transport } from './transport.ts';

const settings = Type.Object(
  {
    path: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'The port, best by a name that stays: /dev/serial/by-id/… rather than /dev/ttyUSB0. Or give usb.',
      }),
    ),
    usb: Type.Optional(usbSettings),
    ...characterSettings,
    parity: Type.Optional(
      Type.Unsafe<'none' | 'even' | 'odd'>({
        type: 'string',
        enum: ['none', 'even', 'odd'],
        description: 'Parity; none if absent. Characters that arrive with wrong parity are passed on as they came.',
      }),
    ),
    rtscts: Type.Optional(Type.Boolean({ description: 'Flow control by the RTS and CTS lines; off if absent.' })),
    xon: Type.Optional(
      Type.Boolean({
        description: 'Heed XOFF and XON (0x13, 0x11) from the device; off if absent. Not for binary data.',
      }),
    ),
    xoff: Type.Optional(
      Type.Boolean({ description: 'Send XOFF and XON to the device; off if absent. Not for binary data.' }),
    ),
    hupcl: Type.Optional(
      Type.Boolean({
        description:
          'Drop DTR and RTS on closing, which resets many boards; off if absent, so that they stay as they are.',
      }),
    ),
    dtr: Type.Optional(Type.Boolean({ description: 'Set DTR once the port is open; left as it is if absent.' })),
    rts: Type.Optional(
      Type.Boolean({ description: 'Set RTS once the port is open; left as it is if absent. Not with rtscts.' }),
    ),
    ...halfDuplexSettings,
  },
  { additionalProperties: false, ...pathOrUsb },
);

type Settings = Omit<Static<typeof settings>, 'path'> & { readonly path: string };

/** A serial port, opened raw and with an advisory lock. */
export const serial = serialOf(machine);

/** The serial ports of a machine. */
export function serialOf(roots: PortRoots): Transport {
  return defineTransport({
    name: 'serial',
    presents: 'serial',
    shape: 'bytes',
    settings,
    label: portLabel,
    open: async (asked, context) => await open({ ...asked, path: await portPath(asked, roots) }, context, roots),
  });
}

async function open(wanted: Settings, context: OpenContext, roots: PortRoots): Promise<Connection> {
  const { signal, clock, onStray } = context;
  const { path } = wanted;
  if (signal.aborted) throw reasonOf(signal);
  const holder = await lockHolder(path);
  if (holder !== undefined) throw await inUse(path, holder, roots);
  if (signal.aborted) throw reasonOf(signal);
  const port = await unlessAborted(openPort(withDefaults(wanted)), signal, (error) => openFailure(path, error, roots));
  if (wanted.hupcl !== true) await keepLines(path, onStray);
  await setLines(port, path, wanted);
  if (signal.aborted) {
    await port.close(true);
    throw reasonOf(signal);
  }
  const connection = new SerialConnection(port, path, clock, onStray, characterMs(withDefaults(wanted)));
  return asHalfDuplex(connection, wanted, context);
}

function withDefaults(wanted: Settings): PortSettings {
  return {
    baudRate: 9600,
    dataBits: 8,
    stopBits: 1,
    parity: 'none',
    rtscts: false,
    xon: false,
    xoff: false,
    hupcl: false,
    ...wanted,
  };
}

/** Opening cannot be interrupted (some drivers take seconds), so a port that opens too late is closed again. */
function unlessAborted(
  opening: Promise<Port>,
  signal: AbortSignal,
  explain: (error: unknown) => Promise<Error>,
): Promise<Port> {
  const { promise, resolve, reject } = Promise.withResolvers<Port>();
  const aborted = (): void => {
    reject(reasonOf(signal));
    opening.then((port) => port.close(true)).catch(() => {});
  };
  signal.addEventListener('abort', aborted, { once: true });
  opening
    .then(resolve, async (error: unknown) => reject(await explain(error)))
    .finally(() => signal.removeEventListener('abort', aborted));
  return promise;
}

/**
 * The binding can set the flag that drops DTR on the last close, but not clear it, and Linux sets it by default. `stty`
 * gets a descriptor of its own: Node makes what a child inherits blocking, and that would reach the port's as well.
 */
async function keepLines(path: string, onStray: OpenContext['onStray']): Promise<void> {
  try {
    const file = await openFile(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    try {
      const stty = spawn('stty', ['-hupcl'], { stdio: [file.fd, 'ignore', 'ignore'], timeout: 1000 });
      const [code] = await once(stty, 'close');
      if (code !== 0) throw new Error(`stty ended with ${String(code)}`);
    } finally {
      await file.close();
    }
  } catch (error) {
    onStray?.(`DTR will drop when the port is closed, which resets some boards: ${messageOf(error)}`);
  }
}
