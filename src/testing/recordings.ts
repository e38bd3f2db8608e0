import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareRecording, differenceText, type DifferenceKind } from '../../simulators/recording/index.ts';
import type { WireSimulatorKind } from '../../simulators/simulator.ts';
import { parseRecording } from '../recording/index.ts';
import { VirtualClock } from './virtual-clock.ts';

export interface RecordingChecks {
  /** Of the simulator; the same for every recording. */
  readonly seed?: number;
  readonly options?: unknown;
  /** Kinds of difference that do not matter: `values`, where a real device measured what a simulated one does not. */
  readonly ignore?: readonly DifferenceKind[];
  /** How much sooner or later an answer may begin, in ms; answers are not timed if absent. */
  readonly toleranceMs?: number;
}

/** One test, for whatever runs tests: `test(name, run)`. */
export interface RecordingCheck {
  readonly name: string;
  /** Rejects with what was answered otherwise. */
  run(): Promise<void>;
}

/**
 * A check for each recording (`*.recording`, `*.txt`) in a folder: the simulator is asked what the device was asked, and must answer as it
 * did. Whoever puts a recording there has made a test. Throws if the folder cannot be read or holds none.
 */
export function recordingChecks(
  folder: string,
  simulator: WireSimulatorKind,
  settings: RecordingChecks = {},
): readonly RecordingCheck[] {
  const names = readdirSync(folder).filter((name) => /\.(recording|txt)$/.test(name));
  if (names.length === 0) throw new Error(`there is no recording (*.recording, *.txt) in ${folder}`);
  return names.toSorted().map((name) => ({ name, run: () => check(join(folder, name), simulator, settings) }));
}

async function check(file: string, simulator: WireSimulatorKind, settings: RecordingChecks): Promise<void> {
  const { seed = 1, options = {}, ignore = [], toleranceMs } = settings;
  const timed = toleranceMs === undefined ? {} : { toleranceMs };
  const asked = { clock: new VirtualClock(), seed, options, ...timed };
  const { differences } = await compareRecording(parseRecording(readFileSync(file, 'utf8')), simulator, asked);
  const counted = differences.filter(({ kind }) => !ignore.includes(kind));
  if (counted.length === 0) return;
  throw new Error(`${file}: the simulator answers otherwise\n${counted.map(differenceText).join('\n')}`);
}
