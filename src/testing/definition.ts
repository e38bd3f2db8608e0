import { findingText } from '../../drivers/index.ts';
import type { WireSimulatorKind } from '../../simulators/simulator.ts';
import { definitions } from '../definitions/defined.ts';
import { readDefinitionFile } from '../definitions/files.ts';
import { readOne } from '../definitions/reading.ts';
import type { AnyDriver } from '../driver/contract.ts';

/** What a definition makes of a type of device. */
export interface TestedDefinition {
  readonly driver: AnyDriver;
  readonly simulator: WireSimulatorKind;
}

/** Mistakes that are told at once. */
const maxTold = 20;

/**
 * The driver and the simulator of a definition, by its path: for `createLab({ drivers, simulators })`, `conformance` and
 * `recordingChecks`. Throws what is wrong with it, as `bellcrank check` tells it; its examples are run, too.
 */
export function definition(file: string): TestedDefinition {
  const read = readDefinitionFile(file);
  if ('failure' in read) throw new Error(`${file} ${read.failure}`);
  const { findings, result } = readOne(file, read.text, definitions);
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(errors.slice(0, maxTold).map(findingText).join('\n'));
  const { driver, simulator } = result ?? {};
  if (driver !== undefined && simulator !== undefined) return { driver, simulator };
  throw new Error(`${file} is a base for other definitions, and describes no device by itself`);
}
