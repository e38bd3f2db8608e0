import { memoryBytes } from '../../src/transport/memory.ts';
import { bytewise, merged, ragged } from '../support/chunking.ts';
import { ovenOverMemory, ovenWithoutWire } from '../support/modbus-face.ts';
import { modbusConformance } from './modbus.ts';

const ways = {
  'a memory wire': (connection) => connection,
  'a memory wire, byte by byte': bytewise,
  'a memory wire, chunks merged': merged,
  'a memory wire, chunks cut within frames': ragged,
} satisfies Record<string, typeof bytewise>;

modbusConformance('nothing', ovenWithoutWire());

const framings = { rtu: Object.entries(ways), mbap: Object.entries(ways).slice(1, 2) };

for (const framing of ['rtu', 'mbap'] as const) {
  for (const [name, rechunk] of framings[framing]) {
    const open = ovenOverMemory(framing, (wire) => {
      const { near, far } = memoryBytes();
      wire.serve(rechunk(far));
      return { near: rechunk(near) };
    });
    modbusConformance(`${name}, ${framing}`, open);
  }
}
