import type { Pass, Piece } from '../../wire/tap.ts';
import { pieceText } from '../../wire/words.ts';
import { type Bench, same } from '../bench.ts';
import { isSteady, type Known } from '../baseline.ts';
import { type Check, type Facts, forEach, isAnswered, isConfirmed, must, onBench, spread } from '../check.ts';

const silent: Pass = () => {};

const asked = ({ isAsked, isTold }: Facts): string | undefined =>
  isAsked || isTold ? undefined : 'it cannot be asked for anything';
const onBytes = (otherwise: (facts: Facts) => string | undefined) => (facts: Facts) =>
  facts.shape === 'bytes' ? otherwise(facts) : 'a broker neither echoes nor garbles';
const acknowledged = ({ isAcknowledged }: Facts): string | undefined =>
  isAcknowledged ? undefined : 'nothing that changes it is answered';

/** Pairs that are tried; more say little more. */
const maxPairs = 12;
const codesOfWaiting = new Set(['expired', 'device-timeout', 'device-offline', 'connection-lost', undefined]);

function textsOf(pieces: readonly Piece[]): string {
  return pieces.map(pieceText).join();
}

export const answers: readonly Check[] = [
  {
    name: 'an answer that comes twice is taken once',
    leftOut: asked,
    async run({ subject, known }) {
      const all = (await known()).filter((one) => one.steady || isConfirmed(one));
      const { silenceMs } = subject.samples;
      await forEach(all, async (one) => {
        const others = one.action.effect === 'read' ? all.filter(({ steady }) => steady) : [];
        const times = (afterMs: number) => async (bench: Bench) => {
          doubled(bench, afterMs);
          // Again: the second answer to one may be taken for the first one to the next.
          for (const next of [one, one, ...others])
            await answersOnce(bench, next, silenceMs !== undefined && afterMs === 0);
        };
        await onBench(subject, `${one.action.text}, answered twice`, times(0));
        if (silenceMs === undefined) return;
        await onBench(subject, `${one.action.text}, answered twice with ${silenceMs} ms between`, times(silenceMs));
      });
    },
  },
  {
    name: 'a late answer is not taken for another’s',
    leftOut: ({ isAsked }) => (isAsked ? undefined : 'it cannot be asked for anything'),
    async run({ subject, known }) {
      const all = await known();
      const first = all.filter(isAnswered);
      const next = all.filter(({ steady, heard }) => steady && heard.length > 0);
      const pairs = first.flatMap((one) =>
        next.filter((other) => textsOf(other.heard) !== textsOf(one.heard)).map((other) => [one, other] as const),
      );
      await forEach(spread(pairs, maxPairs), async ([one, other]) => {
        const what = `${other.action.text} after a late ${one.action.text}`;
        // The first one may change what the other tells, if it came so far before it was given up.
        let expected: readonly Known[] = [other];
        await onBench(subject, what, async (bench) => {
          await bench.run(one.action);
          const ran = await bench.run(other.action);
          // It may also set off what goes on for a while: then what the other tells cannot be foreseen.
          expected = [other, { ...other, ran, steady: await isSteady(bench, other.action, ran) }];
        });
        await onBench(subject, what, (bench) => lateFor(bench, one, other, expected));
      });
    },
  },
  {
    name: 'what was said before a question does not answer it',
    leftOut: asked,
    async run({ subject, known }) {
      const all = (await known()).filter(isAnswered);
      await forEach(all, async ({ action, heard }) => {
        await onBench(subject, `${action.text}, answered before it was asked`, async (bench) => {
          for (const piece of heard) bench.tap.say(piece);
          await bench.clock.advance(1);
          await bench.idle();
          bench.tap.hearing = silent;
          const { outcome, value } = await bench.run(action);
          must(outcome !== 'succeeded', `an old answer was taken for its own: ${JSON.stringify(value)}`);
        });
      });
    },
  },
  {
    name: 'an echo is not taken for an answer',
    leftOut: onBytes(acknowledged),
    async run({ subject, known }) {
      // Where the answer repeats the request, as of a write in Modbus, nobody could tell.
      const all = (await known()).filter((one) => isConfirmed(one) && textsOf(one.sent) !== textsOf(one.heard));
      await forEach(all, async ({ action }) => {
        await onBench(subject, `${action.text}, echoed`, async (bench) => {
          bench.tap.hearing = silent;
          bench.tap.sending = (piece, pass) => {
            bench.tap.say(piece);
            pass(piece);
          };
          const { outcome } = await bench.run(action);
          must(outcome !== 'succeeded', 'it succeeded by what it had sent itself');
          must(
            outcome !== 'failed' && outcome !== 'refused',
            `its own words were taken for the device’s: it ended ${outcome}`,
          );
        });
      });
    },
  },
  {
    name: 'noise between answers is survived, and never believed',
    leftOut: onBytes(asked),
    async run({ subject, known }) {
      const all = (await known()).filter(isAnswered);
      await forEach(all, async ({ action, ran, steady }) => {
        await onBench(subject, `${action.text} after noise`, async (bench) => {
          bench.tap.say(noise(bench));
          await bench.clock.advance(1);
          const now = await bench.run(action);
          const isLie = steady && now.outcome === 'succeeded' && !same(now.value, ran.value);
          must(!isLie, `it answered ${JSON.stringify(now.value)}, not ${JSON.stringify(ran.value)}`);
          must(now.outcome !== 'refused', 'noise was taken for a refusal');
          await works(bench, [{ action, ran, steady }]);
        });
      });
    },
  },
];

/** Pieces that come in one go are one answer: all of it comes, and then all of it again. */
function doubled({ tap, clock }: Bench, afterMs: number): void {
  const answer: (() => void)[] = [];
  const sayAgain = (): void => {
    for (const pass of answer.splice(0)) pass();
  };
  tap.hearing = (piece, pass) => {
    pass(piece);
    if (afterMs > 0) clock.timer(afterMs, () => pass(piece));
    else if (answer.push(() => pass(piece)) === 1) queueMicrotask(sayAgain);
  };
}

/** Where both answers are one to whoever hears them (`isOne`), that may be told as an error, though as no other value. */
async function answersOnce(bench: Bench, { action, ran, steady }: Known, isOne: boolean): Promise<void> {
  const now = await bench.run(action);
  const isNonsense = now.code === 'device-protocol';
  if (isOne && isNonsense && now.outcome === (action.effect === 'read' ? 'failed' : 'unknown')) return;
  const hint = isNonsense ? '; if nothing but a silence ends an answer, `silenceMs` has to say so' : '';
  must(now.outcome === ran.outcome, `${action.text} ended ${now.outcome}: ${now.detail ?? ''}${hint}`);
  must(!steady || same(now.value, ran.value), `${action.text} answered ${JSON.stringify(now.value)}${hint}`);
}

/** Bytes that mean nothing in any text: controls that end no line, and high ones. */
function noise(bench: Bench): Uint8Array {
  return Uint8Array.from({ length: 6 }, () => 0x80 + Math.floor(bench.random() * 0x7f));
}

type Expected = Pick<Known, 'action' | 'ran' | 'steady'>;

async function works(bench: Bench, expected: readonly Expected[]): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt++) {
    await bench.clock.advance(500);
    await bench.ready();
    for (const { action, ran, steady } of expected) {
      const { outcome, value } = await bench.run(action);
      if (outcome === ran.outcome && (!steady || same(value, ran.value))) return;
    }
  }
  throw new Error('it does not work any more afterwards');
}

/** The answer to `one` is held back until `other` has been asked, or almost until the line counts as silent. */
async function lateFor(bench: Bench, one: Known, other: Known, expected: readonly Known[]): Promise<void> {
  const held: (() => void)[] = [];
  bench.tap.hearing = (piece, pass) => void held.push(() => pass(piece));
  const first = await bench.run(one.action);
  must(first.outcome !== 'succeeded', 'it succeeded before it was answered');
  const release = (): void => {
    bench.tap.calm();
    for (const pass of held.splice(0)) pass();
  };
  const stopWatching = bench.tap.watch(({ way, piece }) => {
    if (way === 'sent' && other.own.has(pieceText(piece))) release();
  });
  const timer = bench.clock.timer(bench.device.quietMs * 0.8, release);
  const asked = await bench.run(other.action);
  timer.cancel();
  stopWatching();
  release();
  const right =
    asked.outcome === 'succeeded' && expected.some(({ ran, steady }) => !steady || same(asked.value, ran.value));
  const late = asked.outcome !== 'succeeded' && codesOfWaiting.has(asked.code);
  must(right || late, `it answered ${JSON.stringify(asked.value)} (${asked.outcome}: ${asked.detail ?? ''})`);
  await works(bench, expected);
}
