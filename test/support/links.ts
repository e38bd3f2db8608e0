import { openPty } from '../../simulators/wire/pty.ts';
import { listenTcp } from '../../simulators/wire/tcp.ts';
import type { ByteConnection, Connection } from '../../src/transport/connection.ts';
import { serial, tcp } from '../../src/transport/index.ts';
import { openContext } from '../wire/support.ts';
import type { Connect } from './definition-face.ts';

function bytes(connection: Connection): ByteConnection {
  if (connection.shape !== 'bytes') throw new Error('not a byte stream');
  return connection;
}

/** A pseudo-terminal through serialport. */
export const overPty: Connect = async (wire) => {
  const pty = await openPty();
  wire.serve(pty.far);
  const near = bytes(await serial.open({ path: pty.path, baudRate: 115_200 }, openContext()));
  return { near, close: () => pty.close() };
};

/** A TCP socket. */
export const overTcp: Connect = async (wire) => {
  const listener = await listenTcp();
  listener.onConnection((far) => wire.serve(far));
  const near = bytes(await tcp.open({ host: listener.host, port: listener.port }, openContext()));
  return { near, close: () => listener.close() };
};
