import { openPty } from '../../simulators/wire/pty.ts';
import { listenTcp } from '../../simulators/wire/tcp.ts';
import { serial, tcp } from '../../src/transport/index.ts';
import type { Connection } from '../../src/transport/connection.ts';
import { ovenOver } from '../support/modbus-face.ts';
import { openContext } from '../wire/support.ts';
import { modbusConformance } from './modbus.ts';

function bytes(connection: Connection) {
  if (connection.shape !== 'bytes') throw new Error('not a byte stream');
  return connection;
}

modbusConformance(
  'a pseudo-terminal through serialport, RTU',
  ovenOver('rtu', async (wire) => {
    const pty = await openPty();
    wire.serve(pty.far);
    const near = bytes(await serial.open({ path: pty.path, baudRate: 115_200 }, openContext()));
    return { near, close: () => pty.close() };
  }),
);

for (const framing of ['mbap', 'rtu'] as const) {
  modbusConformance(
    `a TCP socket, ${framing}`,
    ovenOver(framing, async (wire) => {
      const listener = await listenTcp();
      listener.onConnection((far) => wire.serve(far));
      const near = bytes(await tcp.open({ host: listener.host, port: listener.port }, openContext()));
      return { near, close: () => listener.close() };
    }),
  );
}
