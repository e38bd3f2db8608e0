import { type DefinedDriver, dialects, readDefinition, shippedDefinition } from '../../drivers/index.ts';
import { definitionSimulator, modbusSimulator } from '../../simulators/index.ts';
import type { Defined, Definitions } from './definitions.ts';

/** Definitions as this program reads them: each becomes a driver and, where its dialect has one, a simulator. */
export const definitions: Definitions = {
  read(source, resolve) {
    const { findings, result } = readDefinition(source, resolve, dialects);
    return { findings, ...(result && { result: definedBy(result) }) };
  },
  shipped: shippedDefinition,
};

function definedBy({ driver, source, map }: DefinedDriver): Defined {
  if (map !== undefined) return { driver, simulator: modbusSimulator(map), examples: map.examples?.length ?? 0 };
  if (source === undefined) return { driver, examples: 0 };
  const { examples, line } = source.largest;
  const heard = line.reply.by === 'terminator' ? line.reply.terminator : new Uint8Array();
  const terminators = { sent: line.outTerminator, heard };
  return { driver, simulator: definitionSimulator(source), examples: examples.length, terminators };
}
