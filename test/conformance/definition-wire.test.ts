import { listenTcp } from '../../simulators/wire/tcp.ts';
import { openPty } from '../../simulators/wire/pty.ts';
import type { ByteConnection, Connection } from '../../src/transport/connection.ts';
import { serial, tcp } from '../../src/transport/index.ts';
import { type Connect, definedOver } from '../support/definition-face.ts';
import { sourceOf } from '../support/definition-source.ts';
import { definitionTexts as texts } from '../support/definition-texts.ts';
import { openContext } from '../wire/support.ts';
import { definitionConformance } from './definition.ts';
import { definitionExamples } from './definition-examples.ts';

function bytes(connection: Connection): ByteConnection {
  if (connection.shape !== 'bytes') throw new Error('not a byte stream');
  return connection;
}

const overPty: Connect = async (wire) => {
  const pty = await openPty();
  wire.serve(pty.far);
  const near = bytes(await serial.open({ path: pty.path, baudRate: 115_200 }, openContext()));
  return { near, close: () => pty.close() };
};

const overTcp: Connect = async (wire) => {
  const listener = await listenTcp();
  listener.onConnection((far) => wire.serve(far));
  const near = bytes(await tcp.open({ host: listener.host, port: listener.port }, openContext()));
  return { near, close: () => listener.close() };
};

for (const text of Object.values(texts)) {
  const subject = { source: sourceOf(text) };
  for (const [name, connect] of [
    ['a pseudo-terminal through serialport', overPty],
    ['a TCP socket', overTcp],
  ] as const) {
    definitionConformance(name, definedOver(connect), subject);
    definitionExamples(name, connect, subject);
  }
}
