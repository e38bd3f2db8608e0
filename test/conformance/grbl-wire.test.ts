import { listenTcp } from '../../simulators/wire/tcp.ts';
import { openPty } from '../../simulators/wire/pty.ts';
import type { Connection } from '../../src/transport/connection.ts';
import { serial, tcp } from '../../src/transport/index.ts';
import { grblOver } from '../support/grbl-face.ts';
import { openContext } from '../wire/support.ts';
import { grblEssentials } from './grbl.ts';
import { grblWireEssentials } from './grbl-on-the-wire.ts';

function bytes(connection: Connection) {
  if (connection.shape !== 'bytes') throw new Error('not a byte stream');
  return connection;
}

const overPty = grblOver(async (wire) => {
  const pty = await openPty();
  wire.serve(pty.far);
  const near = bytes(await serial.open({ path: pty.path, baudRate: 115_200 }, openContext()));
  return { near, close: () => pty.close() };
});

const overTcp = grblOver(async (wire) => {
  const listener = await listenTcp();
  listener.onConnection((far) => wire.serve(far));
  const near = bytes(await tcp.open({ host: listener.host, port: listener.port }, openContext()));
  return { near, close: () => listener.close() };
});

grblEssentials('a pseudo-terminal through serialport', overPty);
grblWireEssentials('a pseudo-terminal through serialport', overPty);
grblEssentials('a TCP socket', overTcp);
grblWireEssentials('a TCP socket', overTcp);
