import { memoryBytes } from '../../src/transport/memory.ts';
import { bytewise, merged, ragged } from '../support/chunking.ts';
import { grblOverMemory, grblWithoutWire } from '../support/grbl-face.ts';
import { grblConformance } from './grbl.ts';
import { grblWireConformance } from './grbl-on-the-wire.ts';

const ways = {
  'a memory wire': (connection) => connection,
  'a memory wire, byte by byte': bytewise,
  'a memory wire, chunks merged': merged,
  'a memory wire, chunks cut within lines': ragged,
} satisfies Record<string, typeof bytewise>;

grblConformance('nothing', grblWithoutWire());

for (const [name, rechunk] of Object.entries(ways)) {
  const open = grblOverMemory((wire) => {
    const { near, far } = memoryBytes();
    wire.serve(rechunk(far));
    return { near: rechunk(near) };
  });
  // Whole chunks and ragged ones suffice for what does not depend on how bytes come.
  if (rechunk !== bytewise && rechunk !== merged) grblConformance(name, open);
  grblWireConformance(name, open);
}
