import { findingText } from '../../../drivers/index.ts';
import type { SimulatorKind } from '../../../simulators/simulator.ts';
import { validate } from '../../driver/index.ts';
import { systemClock } from '../../clock.ts';
import { suggestion } from '../../yaml/suggest.ts';
import { isConfiguration } from '../check-definition.ts';
import type { CliContext } from '../context.ts';
import { readDefinitionFile } from '../../definitions/files.ts';
import { readOne } from '../../definitions/reading.ts';

/** Errors of a definition that are shown. */
const maxShown = 20;

/** A simulator, or what is wrong with how it was asked for, in lines. */
export type Found = { readonly kind: SimulatorKind } | { readonly problem: string; readonly code: 1 | 2 };

/** By the name of a model that comes with Bellcrank, or by the path of a definition. */
export function simulatorNamed(text: string, context: Pick<CliContext, 'simulators' | 'definitions'>): Found {
  const { simulators } = context;
  const kind = simulators.find(({ model }) => model === text);
  if (kind !== undefined) return { kind };
  if (/\/|\.ya?ml$/i.test(text)) return definedIn(text, context);
  const near = suggestion(text, models(simulators));
  const hint = near.startsWith('; did') ? near : '';
  const problem = `there is no simulator ${JSON.stringify(text.slice(0, 80))}${hint}\n${listOf(simulators)}`;
  return { problem, code: 2 };
}

function definedIn(file: string, { definitions }: Pick<CliContext, 'definitions'>): Found {
  if (/\.[cm]?[jt]s$/i.test(file)) {
    const problem = `${file} is code, and only a definition (YAML) can be run; simulators in code are for tests, createLab({ simulators })`;
    return { problem, code: 2 };
  }
  const text = readDefinitionFile(file);
  if ('failure' in text) return { problem: `${file} ${text.failure}`, code: 1 };
  if (isConfiguration(text.text)) {
    return { problem: `${file} is a configuration; run what it simulates with --config ${file}`, code: 2 };
  }
  const { findings, result } = readOne(file, text.text, definitions);
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) return { problem: errors.slice(0, maxShown).map(findingText).join('\n'), code: 1 };
  if (result?.simulator !== undefined) return { kind: result.simulator };
  const why = result === undefined ? 'is a base for other definitions' : 'cannot be simulated';
  return { problem: `${file} ${why}, and describes no device that could be run`, code: 1 };
}

/** All that there are, for somebody to choose from. */
export function listOf(simulators: readonly SimulatorKind[]): string {
  return `there are: ${models(simulators).join(', ')}; or give the path of a definition (./my-device.yaml)`;
}

function models(simulators: readonly SimulatorKind[]): string[] {
  return simulators.map(({ model }) => model).toSorted();
}

/** What is wrong with the options of a simulator, in lines. */
export function optionProblems(kind: SimulatorKind, options: object): string[] {
  const problems = validate(kind.options, options).map(({ pointer, detail }) => {
    return `--option ${pointer.slice(1).replaceAll('/', '.')} ${detail}`.replace('  ', ' ');
  });
  const { properties } = kind.options as { readonly properties?: object }; // JSON Schema of an object
  if (problems.length === 0 || properties === undefined) return problems;
  return [...problems, `the options of ${kind.model} are ${Object.keys(properties).join(', ') || 'none'}`];
}

/** What its wire carries. One is made, and ended at once, to see it. */
export function shapeOf(kind: SimulatorKind, options: unknown, seed: number): 'bytes' | 'messages' {
  const simulator = kind.create({ clock: systemClock, seed, options });
  simulator.close();
  return simulator.wire.shape;
}
