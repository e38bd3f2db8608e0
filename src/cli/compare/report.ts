import type { Difference } from '../../../simulators/recording/index.ts';
import { printable } from '../../errors.ts';
import type { Said } from '../../recording/index.ts';
import { payloadText, sentText } from '../replay/report.ts';

export const kindsOfDifference = ['silent', 'talkative', 'values', 'order', 'timing', 'bytes'] as const;

/** Pieces of an answer that are shown. */
const maxPieces = 10;

/** What was asked, and both answers below each other. */
export function differenceText({ kind, turn, recorded, simulated }: Difference): string {
  const asked = turn === undefined ? 'before anything was asked' : sentText(turn);
  const timed = kind === 'timing';
  return [
    `${kind}: ${asked}`,
    `  recorded:  ${saidText(recorded, timed)}`,
    `  simulated: ${saidText(simulated, timed)}`,
  ]
    .map(printable)
    .join('\n');
}

function saidText(said: readonly Said[], isTimed: boolean): string {
  if (said.length === 0) return 'nothing';
  const pieces = joinedBytes(said)
    .slice(0, maxPieces)
    .map(({ afterMs, payload }) => `${payloadText(payload)}${isTimed ? ` after ${Math.round(afterMs)} ms` : ''}`);
  return said.length > maxPieces ? `${pieces.join(', ')} …` : pieces.join(', ');
}

/** Chunks of bytes mean nothing to the reader; messages do. */
function joinedBytes(said: readonly Said[]): readonly Said[] {
  const [first] = said;
  if (first === undefined) return [];
  const bytes = said.flatMap(({ payload }) => (payload instanceof Uint8Array ? [payload] : []));
  return bytes.length === said.length ? [{ afterMs: first.afterMs, payload: Buffer.concat(bytes) }] : said;
}
