import type { Piece } from '../../wire/tap.ts';
import { pieceText } from '../../wire/words.ts';
import { type Bench, same } from '../bench.ts';
import type { Known } from '../baseline.ts';
import { type Check, forEach, isAnswered, must, NothingToCheck, onBench, placesIn, spread } from '../check.ts';

/** One bit of what an action is answered with. */
interface Bit {
  readonly piece: Uint8Array;
  readonly index: number;
}

export const damage: readonly Check[] = [
  {
    name: 'an answer with a wrong bit is not believed',
    leftOut: ({ hasChecksum }) => (hasChecksum ? undefined : 'its answers are not said to carry a `checksum`'),
    async run(trial) {
      let damaged = 0;
      await forEach((await trial.known()).filter(isAnswered), async (known) => {
        for (const bit of spread(bitsOf(known.heard), placesIn(trial))) {
          const what = `${known.action.text}, bit ${bit.index} of its answer wrong`;
          await onBench(trial.subject, what, async (bench) => void (damaged += await believed(bench, known, bit)));
        }
      });
      if (damaged === 0) throw new NothingToCheck();
    },
  },
];

function bitsOf(heard: readonly Piece[]): readonly Bit[] {
  return heard.flatMap((piece) =>
    piece instanceof Uint8Array ? Array.from({ length: 8 * piece.length }, (_, index) => ({ piece, index })) : [],
  );
}

/** Resolves with how many answers were damaged: none where it is answered otherwise each time. */
async function believed(bench: Bench, { action, ran, steady }: Known, { piece, index }: Bit): Promise<number> {
  const text = pieceText(piece);
  let damaged = 0;
  await bench.prepare(action);
  bench.tap.hearing = (heard, pass) => {
    const isIts = damaged === 0 && heard instanceof Uint8Array && pieceText(heard) === text;
    pass(isIts ? flipped(heard, index) : heard);
    if (isIts) damaged++;
  };
  const { outcome, value, detail } = await bench.settled(bench.start(action));
  if (damaged === 0) return 0;
  const isRight = action.effect === 'read' && outcome === 'succeeded' && steady && same(value, ran.value);
  const told = `it ended ${outcome}: ${detail ?? JSON.stringify(value)}`;
  must(isRight || (outcome !== 'succeeded' && outcome !== 'refused'), told);
  must(action.effect === 'read' || outcome !== 'failed', told);
  return damaged;
}

function flipped(bytes: Uint8Array, index: number): Uint8Array {
  return bytes.map((byte, at) => (at === index >> 3 ? byte ^ (1 << (index & 7)) : byte));
}
