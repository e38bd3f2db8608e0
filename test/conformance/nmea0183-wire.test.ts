import { openPty } from '../../simulators/wire/pty.ts';
import { listenTcp } from '../../simulators/wire/tcp.ts';
import type { Connection } from '../../src/transport/connection.ts';
import { serial, tcp } from '../../src/transport/index.ts';
import { receiverOver } from '../support/receiver-face.ts';
import { openContext } from '../wire/support.ts';
import { nmea0183Conformance } from './nmea0183.ts';

function bytes(connection: Connection) {
  if (connection.shape !== 'bytes') throw new Error('not a byte stream');
  return connection;
}

nmea0183Conformance(
  'a pseudo-terminal through serialport',
  receiverOver(async (wire) => {
    const pty = await openPty();
    wire.serve(pty.far);
    const near = bytes(await serial.open({ path: pty.path, baudRate: 115_200 }, openContext()));
    return { near, close: () => pty.close() };
  }),
);

nmea0183Conformance(
  'a TCP socket',
  receiverOver(async (wire) => {
    const listener = await listenTcp();
    listener.onConnection((far) => wire.serve(far));
    const near = bytes(await tcp.open({ host: listener.host, port: listener.port }, openContext()));
    return { near, close: () => listener.close() };
  }),
);
