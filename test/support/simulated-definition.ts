import { type DefinitionSimulator, definitionSimulator } from '../../simulators/declarative/index.ts';
import type { ByteConnection } from '../../src/driver/index.ts';
import { memoryBytes } from '../../src/transport/memory.ts';
import { settle, VirtualClock } from '../../src/testing/index.ts';
import { sourceOf } from './definition-source.ts';

/** A definition's simulator on a clock that the test moves, and a terminal at its wire. */
export interface SimulatedDefinition {
  readonly simulator: DefinitionSimulator;
  readonly clock: VirtualClock;
  readonly near: ByteConnection;
  /** Sends bytes and returns all that came until `ms` later. */
  type(text: string, ms?: number): Promise<string>;
  /** What came since the last look. */
  heard(): string;
}

export function simulated(text: string, options: unknown = {}, seed = 1): SimulatedDefinition {
  const clock = new VirtualClock();
  const simulator = definitionSimulator(sourceOf(text)).create({ clock, seed, options });
  if (simulator.wire.shape !== 'bytes') throw new Error('a defined device speaks over a byte stream');
  const { near, far } = memoryBytes();
  simulator.wire.serve(far);
  let input = '';
  near.onData((chunk) => (input += Buffer.from(chunk).toString('latin1')));
  const heard = (): string => {
    const all = input;
    input = '';
    return all;
  };
  const type = async (bytes: string, ms = 20): Promise<string> => {
    await near.write(Buffer.from(bytes, 'latin1'));
    await settle();
    await clock.advance(ms);
    return heard();
  };
  return { simulator, clock, near, type, heard };
}
