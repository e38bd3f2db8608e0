import { parse } from 'yaml';
import { findingText } from '../../../drivers/index.ts';
import { compareRecording } from '../../../simulators/recording/index.ts';
import { parseRecording } from '../../recording/index.ts';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { definitions } from '../../definitions/defined.ts';
import { scaffold } from './print.ts';

export const record = (lines: readonly string[], header: readonly string[] = []): string =>
  `bellcrank recording 1\n${header.map((line) => `${line}\n`).join('')}\n${lines.join('\n')}\n`;

/** The draft of a recording, as `check` sees it. */
export function drafted(recording: string, model = 'draft') {
  const text = scaffold(parseRecording(recording), model);
  const { findings, result } = definitions.read({ name: 'draft.yaml', text }, () => undefined);
  const errors = findings.filter(({ severity }) => severity === 'error').map(findingText);
  const warnings = findings.filter(({ severity }) => severity !== 'error').map(findingText);
  // A draft is a map of maps; tests look at what they know to be there.
  return { text, draft: parse(text) as Record<string, Record<string, unknown>>, errors, warnings, result };
}

/** How the draft's simulator differs from the recording: kinds, and where; numbers, which are another matter, left out. */
export async function differing(recording: string, options: unknown = {}) {
  const kind = drafted(recording).result?.simulator;
  if (kind === undefined) throw new Error('there is no simulator');
  const settings = { clock: new VirtualClock(), seed: 1, options };
  const { turns, differences } = await compareRecording(parseRecording(recording), kind, settings);
  if (turns === 0) throw new Error('nothing was asked');
  return differences.filter(({ kind: what }) => what !== 'values').map(({ kind: what, turn }) => [what, turn?.number]);
}
