import { memoryBytes } from '../../src/transport/memory.ts';
import { bytewise, merged, ragged } from '../support/chunking.ts';
import { receiverOverMemory, receiverWithoutWire } from '../support/receiver-face.ts';
import { nmea0183Conformance, nmea0183Patience } from './nmea0183.ts';

const ways = {
  'a memory wire': (connection) => connection,
  'a memory wire, byte by byte': bytewise,
  'a memory wire, chunks merged': merged,
  'a memory wire, chunks cut within lines': ragged,
} satisfies Record<string, typeof bytewise>;

nmea0183Conformance('nothing', receiverWithoutWire);
nmea0183Patience('nothing', receiverWithoutWire);

for (const [name, rechunk] of Object.entries(ways)) {
  const open = receiverOverMemory((wire) => {
    const { near, far } = memoryBytes();
    wire.serve(far);
    return { near: rechunk(near) };
  });
  nmea0183Conformance(name, open);
  nmea0183Patience(name, open);
}
