import { memoryBytes } from '../../src/transport/memory.ts';
import { bytewise, merged, ragged } from '../support/chunking.ts';
import { definedSupply } from '../support/supply-definition.ts';
import { supplyOverMemory } from '../support/supply-face.ts';
import { scpiSupplyConformance } from './scpi-supply.ts';

const ways = {
  'a memory wire': (connection) => connection,
  'a memory wire, byte by byte': bytewise,
  'a memory wire, chunks merged': merged,
  'a memory wire, chunks cut within lines': ragged,
} satisfies Record<string, typeof bytewise>;

/** A definition is held to what the driver in code is held to, against the same simulator. */
for (const [name, rechunk] of Object.entries(ways)) {
  const open = supplyOverMemory((wire) => {
    const { near, far } = memoryBytes();
    wire.serve(rechunk(far));
    return { near: rechunk(near) };
  }, definedSupply);
  scpiSupplyConformance(`a definition and ${name}`, open);
}
