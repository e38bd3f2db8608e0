import { trusted } from '../../../access/caller.ts';
import type { Pass } from '../../wire/tap.ts';
import { pieceText } from '../../wire/words.ts';
import type { Bench, Ran } from '../bench.ts';
import type { Known } from '../baseline.ts';
import { type Check, type Facts, forEach, isAnswered, isConfirmed, must, onBench } from '../check.ts';

const silent: Pass = () => {};

const told = ({ isTold }: Facts): string | undefined => (isTold ? undefined : 'it has no commands');
const asked = ({ isAsked, isTold }: Facts): string | undefined =>
  isAsked || isTold ? undefined : 'it cannot be asked for anything';

/** Long enough for everything that might still be sent. */
const aftermathMs = 30_000;

/** Runs an action while the device says nothing. */
async function muted(bench: Bench, { action }: Known): Promise<Ran> {
  bench.tap.hearing = silent;
  return await bench.run(action);
}

export const honesty: readonly Check[] = [
  {
    name: 'silence is not told as success',
    leftOut: asked,
    async run({ subject, known }) {
      await forEach((await known()).filter(isAnswered), async (one) => {
        await onBench(subject, `${one.action.text}, unanswered`, async (bench) => {
          const { outcome, confirmation = 'sent' } = await muted(bench, one);
          must(outcome !== 'succeeded', 'it succeeded although the device said nothing');
          const early = `it was told as ${confirmation} although the device said nothing: \`call.confirm\` comes after the answer`;
          must(confirmation === 'sent', early);
        });
      });
    },
  },
  {
    name: 'silence is not told as failure or refusal',
    leftOut: ({ isAcknowledged }) => (isAcknowledged ? undefined : 'nothing that changes it is answered'),
    async run({ subject, known }) {
      await forEach((await known()).filter(isConfirmed), async (one) => {
        await onBench(subject, `${one.action.text}, unanswered`, async (bench) => {
          const from = bench.tap.passed.length;
          const { outcome, detail } = await muted(bench, one);
          const left = bench.sentSince(from).length > 0;
          must(!left || outcome !== 'refused', `the device said nothing, and it was told as refused: ${detail}`);
          must(!left || outcome !== 'failed', `the device said nothing, and it was told as failed: ${detail}`);
        });
      });
    },
  },
  {
    name: 'nothing is sent twice',
    leftOut: told,
    async run({ subject, known }) {
      const acts = (await known()).filter(({ action, own }) => action.effect !== 'read' && own.size > 0);
      await forEach(acts, async (one) => {
        await onBench(subject, `${one.action.text}, unanswered`, async (bench) => {
          const from = bench.tap.passed.length;
          await muted(bench, one);
          bench.tap.calm();
          await bench.clock.advance(aftermathMs);
          const sent = bench.sentSince(from);
          for (const text of one.own) {
            const usual = one.sent.filter((piece) => pieceText(piece) === text).length;
            const now = sent.filter((other) => other === text).length;
            must(now <= usual, `${text} was sent ${now} times, and is sent ${usual} times when it is answered`);
          }
        });
      });
    },
  },
  {
    name: 'nothing is sent, and nothing is told as sent, on a connection that is lost',
    leftOut: told,
    async run({ subject, known }) {
      const acts = (await known()).filter(({ action, sent }) => action.effect !== 'read' && sent.length > 0);
      await forEach(acts, async ({ action, own }) => {
        await onBench(subject, `${action.text} on a lost connection`, async (bench) => {
          bench.tap.down = true;
          bench.tap.cut();
          const from = bench.tap.passed.length;
          const { outcome } = await bench.run(action);
          must(outcome === 'not-sent', `it ended ${outcome}`);
          bench.tap.down = false;
          await bench.ready();
          await bench.clock.advance(1000);
          const late = bench.sentSince(from).filter((text) => own.has(text));
          must(late.length === 0, `${late.join(', ')} was sent later, on another connection`);
        });
      });
    },
  },
  {
    name: 'a refusal of the device is told as one',
    leftOut: ({ hasNak, hasRefused, isTold, isAcknowledged }) => {
      if (!isTold || !isAcknowledged) return 'nothing that changes it is answered';
      return hasNak || hasRefused
        ? undefined
        : 'its simulator knows no refusal (`nak`), and no `refused` samples are given';
    },
    async run(trial) {
      const cases = [...(await refusedByItself(trial)), ...(await refusedInItsPlace(trial))];
      const applied: boolean[] = [];
      for (const one of cases) applied.push(await one());
      // What is said in words that cannot be refused is left as it is.
      await forEach(applied.filter(Boolean), async () => {});
    },
  },
];

/** Each resolves with whether anything was refused. */
type Cases = readonly (() => Promise<boolean>)[];

async function refusedByItself({ subject }: Parameters<Check['run']>[0]): Promise<Cases> {
  return (subject.samples.refused ?? []).map(({ command, params }) => async () => {
    await onBench(subject, `${command}, which the device refuses`, async (bench) => {
      const submission = { device: 'device', command, params, caller: trusted('suite') };
      const { outcome } = await bench.settled(bench.control.pipeline.submit(submission));
      must(outcome === 'refused' || outcome === 'failed', `it ended ${outcome}`);
    });
    return true;
  });
}

async function refusedInItsPlace({ subject, known, facts }: Parameters<Check['run']>[0]): Promise<Cases> {
  if (!facts.hasNak) return [];
  return (await known()).filter(isConfirmed).map(({ action }) => async () => {
    let refused = 0;
    await onBench(subject, `${action.text}, which is refused`, async (bench) => {
      bench.tap.sending = (piece, pass) => {
        const answer = bench.nakOf(piece);
        if (answer === undefined) return pass(piece);
        refused++;
        bench.tap.say(answer);
      };
      const { outcome, detail } = await bench.run(action);
      const isTold = outcome === 'refused' || outcome === 'failed';
      must(refused === 0 || isTold, `it ended ${outcome}: ${detail ?? ''}`);
    });
    return refused > 0;
  });
}
