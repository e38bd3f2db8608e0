import { BellcrankError } from '../../src/driver/index.ts';
import { type Recording, turnsOf } from '../../src/recording/index.ts';
import type { SimulatorSettings, WireSimulatorKind } from '../simulator.ts';
import { byteFace } from './byte-face.ts';
import { messageFace } from './message-face.ts';
import { type ReplaySimulator, ReplayLog, type ReplaySettings } from './replay.ts';

export type { ReplaySettings, ReplaySimulator, Unexpected } from './replay.ts';
export { type Comparison, compareRecording, type SteppedClock } from './compare.ts';
export { type Difference, type DifferenceKind, kindsOfDifference } from './differences.ts';
export { differenceText, summaryOf, unexpectedText } from './report.ts';

export interface ReplayKind extends WireSimulatorKind {
  create(settings: Pick<SimulatorSettings, 'clock'>): ReplaySimulator;
}

/** A recording as something that can be put at the far end of a wire. Throws `invalid-request` if nothing passed in it. */
export function replayOf(recording: Recording, settings: ReplaySettings): ReplayKind {
  const turns = turnsOf(recording);
  if (turns.turns.length + turns.greeting.length === 0) {
    throw new BellcrankError('invalid-request', 'nothing passed in this recording, so there is nothing to answer from');
  }
  return {
    model: 'recording',
    options: { type: 'object', properties: {}, additionalProperties: false },
    create({ clock }) {
      const log = new ReplayLog();
      const parts = { settings, log, clock };
      const face = turns.shape === 'bytes' ? byteFace(turns, parts) : messageFace(turns, parts);
      return { ...face, log };
    },
  };
}
