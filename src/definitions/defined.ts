import { type DefinedDriver, dialects, type Finding, readDefinition, shippedDefinition } from '../../drivers/index.ts';
import { definitionSimulator, modbusSimulator, topicMapSimulator } from '../../simulators/index.ts';
import type { Simulator } from '../../simulators/simulator.ts';
import { systemClock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Defined, Definitions } from './reading.ts';

/** The dialects; and what they define can be simulated, or else it is said why not. */
const simulated: typeof dialects = dialects.map((dialect) => ({
  ...dialect,
  understand(value) {
    const { findings, result } = dialect.understand(value);
    const trial = result && trialOf(result);
    if (result === undefined || trial === undefined || findings.some(({ severity }) => severity === 'error')) {
      return { findings, ...(result && { result }) };
    }
    return { findings: [...findings, ...unsimulated(trial, Object.hasOwn(value, 'simulator'))], result };
  },
}));

/** Makes a simulator of it, where its dialect makes one of the definition alone. */
function trialOf({ source, topics }: DefinedDriver): (() => Simulator) | undefined {
  const settings = { clock: systemClock, seed: 1 };
  if (topics !== undefined) {
    return () => topicMapSimulator(topics).create({ ...settings, options: topics.largest.options });
  }
  return source && (() => definitionSimulator(source).create({ ...settings, options: source.largest.options }));
}

/** The device itself may well be driven: only what somebody wrote of its simulator is an error. */
function unsimulated(create: () => Simulator, isSaid: boolean): Finding[] {
  try {
    create().close();
    return [];
  } catch (thrown) {
    const severity = isSaid ? 'error' : 'warning';
    return [{ path: ['simulator'], detail: `cannot run: ${messageOf(thrown)}`, severity }];
  }
}

/** Definitions as this program reads them: each becomes a driver and, where its dialect has one, a simulator. */
export const definitions: Definitions = {
  read(source, resolve) {
    const { findings, result } = readDefinition(source, resolve, simulated);
    return { findings, ...(result && { result: definedBy(result) }) };
  },
  shipped: shippedDefinition,
};

function definedBy({ driver, source, map, topics }: DefinedDriver): Defined {
  if (topics !== undefined) {
    return { driver, simulator: topicMapSimulator(topics), examples: topics.largest.map.examples.length };
  }
  if (map !== undefined) return { driver, simulator: modbusSimulator(map), examples: map.examples?.length ?? 0 };
  if (source === undefined) return { driver, examples: 0 };
  const { examples, line, identify, properties } = source.largest;
  const heard = line.reply.by === 'terminator' ? line.reply.terminator : new Uint8Array();
  const terminators = { sent: line.outTerminator, heard };
  const identifies = identify !== undefined;
  const framesOf = (property?: string): number => {
    const [first] = property === undefined ? [identify] : (properties[property]?.read?.steps ?? []);
    return first?.kind === 'exchange' ? first.expect.length : 1;
  };
  const simulator = definitionSimulator(source);
  return { driver, simulator, examples: examples.length, terminators, framesOf, identifies };
}
