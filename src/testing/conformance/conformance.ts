import type { WireSimulatorKind } from '../../../simulators/simulator.ts';
import type { AnyDriver } from '../../driver/contract.ts';
import type { CommandSpec, PropertySpec, WriteSpec } from '../../driver/spec.ts';
import { withDefaults } from '../../yaml/schema-walk.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { baselineOf, type Known } from './baseline.ts';
import type { Check, Facts, Trial } from './check.ts';
import { answers } from './checks/answers.ts';
import { apart } from './checks/apart.ts';
import { basics } from './checks/basics.ts';
import { chunks } from './checks/chunks.ts';
import { connections } from './checks/connections.ts';
import { damage } from './checks/damage.ts';
import { honesty } from './checks/honesty.ts';
import { hygiene } from './checks/hygiene.ts';
import { stops } from './checks/stops.ts';
import type { Samples } from './samples.ts';
import type { Subject } from './subject.ts';

/** One thing that every driver must do, as a test of any framework: it rejects with what is wrong. */
export interface ConformanceCheck {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** The checks that apply to a driver, and those that do not, with the reason. */
export interface ConformanceSuite extends ReadonlyArray<ConformanceCheck> {
  readonly leftOut: readonly { readonly name: string; readonly why: string }[];
}

const checks: readonly Check[] = [
  ...basics,
  ...chunks,
  ...honesty,
  ...answers,
  ...damage,
  ...connections,
  ...hygiene,
  ...stops,
  ...apart,
];

/**
 * The suite that every driver must pass, against its simulator:
 * `for (const check of conformance(driver, simulator)) test(check.name, check.run)` in vitest and in node:test.
 */
export function conformance(driver: AnyDriver, kind: WireSimulatorKind, samples: Samples = {}): ConformanceSuite {
  const subject: Subject = { driver, kind, samples, seed: samples.seed ?? 1 };
  const facts = factsOf(subject);
  let known: Promise<readonly Known[]> | undefined;
  const trial: Trial = { subject, facts, known: () => (known ??= baselineOf(subject)) };
  assertKnown(Object.keys(samples.except ?? {}));
  const judged = checks.map((check) => ({ check, why: samples.except?.[check.name] ?? check.leftOut?.(facts) }));
  const applying = judged.filter(({ why }) => why === undefined);
  const leftOut = judged.flatMap(({ check: { name }, why }) => (why === undefined ? [] : [{ name, why }]));
  const suite = applying.map(({ check }): ConformanceCheck => ({ name: check.name, run: () => check.run(trial) }));
  return Object.assign(suite, { leftOut });
}

function assertKnown(names: readonly string[]): void {
  const unknown = names.filter((name) => !checks.some((check) => check.name === name));
  if (unknown.length > 0) throw new Error(`there is no check ${unknown.join(', ')} to leave out`);
}

/** A simulator that runs only long enough to be looked at. */
function factsOf({ driver, kind, samples, seed }: Subject): Facts {
  const options = withDefaults(kind.options, samples.simulate ?? {});
  const simulator = kind.create({ clock: new VirtualClock(), seed, options });
  const { model } = driver;
  const properties = Object.values(model.properties);
  const isSelfDescribing = driver.selfDescribing === true;
  const facts: Facts = {
    shape: simulator.wire.shape,
    hasStop: model.stop !== undefined,
    hasNak: simulator.wire.nak !== undefined,
    showsState: (simulator.parts ?? []).some(({ state }) => Object.values(state).some(({ set }) => set !== undefined)),
    hasRefused: (samples.refused ?? []).length > 0,
    hasChecksum: samples.checksum === true,
    hasUnsolicited: (samples.unsolicited ?? []).length > 0,
    isSelfDescribing,
    isAsked: isSelfDescribing || properties.some((spec) => spec.access !== 'write' && spec.source !== 'pushed'),
    isAcknowledged:
      isSelfDescribing || [...Object.values(model.commands), ...properties.flatMap(writeOf)].some(isAnswered),
    isPushed: isSelfDescribing || properties.some((spec) => spec.access !== 'write' && spec.source === 'pushed'),
    isTold:
      isSelfDescribing || Object.keys(model.commands).length > 0 || properties.some(({ access }) => access !== 'read'),
  };
  simulator.close();
  return facts;
}

function writeOf(spec: PropertySpec): readonly WriteSpec[] {
  return spec.access === 'read' ? [] : [spec.write];
}

function isAnswered({ effect, confirmation }: Pick<CommandSpec, 'effect' | 'confirmation'>): boolean {
  return effect !== 'read' && confirmation !== 'sent';
}
