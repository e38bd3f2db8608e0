import { memoryBytes } from '../../src/transport/memory.ts';
import { bytewise, ragged } from '../support/chunking.ts';
import { grblOverMemory, grblWithoutWire } from '../support/grbl-face.ts';
import { grblConformance } from './grbl.ts';
import { grblWireConformance } from './grbl-on-the-wire.ts';

const overMemory = (rechunk: typeof bytewise) =>
  grblOverMemory((wire) => {
    const { near, far } = memoryBytes();
    wire.serve(rechunk(far));
    return { near: rechunk(near) };
  });

const whole = overMemory((connection) => connection);
const cut = overMemory(ragged);

grblConformance('nothing', grblWithoutWire());
grblConformance('a memory wire', whole);
grblConformance('a memory wire, chunks cut within lines', cut);

grblWireConformance('a memory wire', whole);
grblWireConformance('a memory wire, chunks cut within lines', cut);
grblWireConformance('a memory wire, byte by byte', overMemory(bytewise));
