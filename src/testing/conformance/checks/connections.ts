import { bytesOf } from '../../wire/byte-tap.ts';
import type { Piece } from '../../wire/tap.ts';
import { type Bench, same } from '../bench.ts';
import type { Known } from '../baseline.ts';
import { type Check, forEach, isAnswered, isEnough, must, onBench, placesIn, spread, type Trial } from '../check.ts';

const storms = 12;

export const connections: readonly Check[] = [
  {
    name: 'a connection that is lost in the middle is told as what is known, and comes back',
    leftOut: ({ isAsked, isTold }) => (isAsked || isTold ? undefined : 'it cannot be asked for anything'),
    async run(trial) {
      await forEach((await trial.known()).filter(isAnswered), async (one) => {
        for (const at of spread(cutsIn(one, trial), placesIn(trial))) await cutAt(trial, one, at);
      });
    },
  },
  {
    name: 'a storm of reconnects is survived, and leaves nothing behind',
    async run({ subject, known }) {
      const [probe] = (await known()).filter(isAnswered);
      await onBench(subject, 'a storm of reconnects', async (bench) => {
        await bench.clock.advance(1000);
        await bench.idle();
        const before = heldBy(bench);
        for (let blow = 0; blow < storms; blow++) {
          bench.tap.down = blow % 3 === 2;
          bench.tap.cut();
          await bench.clock.advance(Math.floor(bench.random() * 2500));
        }
        bench.tap.down = false;
        await bench.ready();
        await bench.clock.advance(60_000);
        await bench.ready();
        const after = heldBy(bench);
        must(
          after.listeners <= before.listeners,
          `${after.listeners} listeners on the wire, ${before.listeners} before`,
        );
        must(after.timers <= before.timers + 2, `${after.timers} timers, ${before.timers} before`);
        if (probe !== undefined) await agrees(bench, probe);
      });
    },
  },
];

function heldBy(bench: Bench): { listeners: number; timers: number } {
  return { listeners: bench.tap.listeners, timers: bench.timers.pending };
}

/** After so many bytes or messages of the answer; one less than all of them at most. */
function cutsIn({ heard }: Known, { facts }: Trial): readonly number[] {
  const length = facts.shape === 'bytes' ? heard.reduce((sum, piece) => sum + bytesOf(piece).length, 0) : heard.length;
  return Array.from({ length }, (_, index) => index);
}

async function cutAt(trial: Trial, known: Known, at: number): Promise<void> {
  const { subject, facts } = trial;
  const { action, own } = known;
  const unit = facts.shape === 'bytes' ? 'bytes' : 'messages';
  await onBench(subject, `${action.text}, cut after ${at} ${unit} of its answer`, async (bench) => {
    const from = bench.tap.passed.length;
    cutAfter(bench, at, facts.shape);
    const { outcome, detail } = await bench.run(action);
    bench.tap.calm();
    must(outcome !== 'refused', 'the loss was taken for a refusal');
    must(action.effect === 'read' || outcome !== 'failed', `the loss was taken for a failure: ${detail ?? ''}`);
    // What is not part of the answer may come after it.
    const isWhole = outcome !== 'succeeded' || (await isEnough(trial, known, wholePieces(known, at, facts.shape)));
    must(isWhole, 'half an answer was taken for a whole one');
    await bench.ready();
    await bench.clock.advance(2000);
    const sent = bench.sentSince(from).filter((text) => own.has(text));
    must(action.effect === 'read' || sent.length <= known.sent.length, `it was sent again: ${sent.join(', ')}`);
    await agrees(bench, known);
  });
}

/** How many of the pieces were heard whole. */
function wholePieces({ heard }: Known, at: number, shape: 'bytes' | 'messages'): number {
  let left = at;
  const cut = heard.findIndex((piece) => (left -= shape === 'bytes' ? bytesOf(piece).length : 1) < 0);
  return cut < 0 ? heard.length : cut;
}

function cutAfter(bench: Bench, at: number, shape: 'bytes' | 'messages'): void {
  let left = at;
  let over = false;
  const cut = (): void => {
    over = true;
    // What has been handed on arrives first, as it would on any wire.
    queueMicrotask(() => bench.tap.cut());
  };
  bench.tap.hearing = (piece: Piece, pass) => {
    if (over) return;
    const length = shape === 'bytes' ? bytesOf(piece).length : 1;
    if (length <= left) {
      pass(piece);
      left -= length;
      return;
    }
    if (shape === 'bytes' && left > 0) pass(bytesOf(piece).subarray(0, left));
    cut();
  };
}

async function agrees(bench: Bench, { action, ran, steady }: Known): Promise<void> {
  const now = await bench.run(action);
  must(now.outcome === ran.outcome, `afterwards it ends ${now.outcome}: ${now.detail ?? ''}`);
  must(!steady || same(now.value, ran.value), `afterwards it answers ${JSON.stringify(now.value)}`);
}
