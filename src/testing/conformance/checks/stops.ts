import type { Bench } from '../bench.ts';
import { type Check, type Facts, forEach, isAnswered, isConfirmed, must, onBench, spread } from '../check.ts';

const hasStop = ({ hasStop: has }: Facts): string | undefined => (has ? undefined : 'the device has no stop');
/** Actions that a stop comes amid; more are tried evenly. */
const maxActions = 10;

export const stops: readonly Check[] = [
  {
    name: 'a stop works while nothing is under way, and latches',
    leftOut: hasStop,
    async run({ subject, known }) {
      const all = await known();
      const acts = all.filter(({ action }) => action.effect !== 'read');
      await onBench(subject, 'stopped while nothing was under way', async (bench) => {
        for (const { action } of all) if (action.effect === 'read') await bench.run(action);
        const from = bench.tap.passed.length;
        const asked = new Set(bench.sentSince(0));
        await stopped(bench);
        const isMore = bench.sentSince(from).some((text) => !asked.has(text));
        must(isMore, 'the stop sent nothing but what is sent to ask and to attach as well');
        const [first] = acts;
        if (first === undefined) return;
        const { code } = await bench.run(first.action);
        must(code === 'stopped', `a command of a stopped device ended ${code ?? 'well'}`);
      });
    },
  },
  {
    name: 'a stop works in the middle of everything',
    leftOut: hasStop,
    async run({ subject, known }) {
      const all = spread((await known()).filter(isAnswered), maxActions);
      await forEach(all, async ({ action }) => {
        await onBench(subject, `stopped while ${action.text} waited for its answer`, async (bench) => {
          await bench.prepare(action);
          bench.tap.hearing = () => {};
          const running = bench.start(action);
          await bench.clock.advance(2);
          bench.tap.calm();
          await stopped(bench);
          const { outcome } = await bench.settled(running);
          const isHonest =
            outcome !== 'succeeded' && outcome !== 'refused' && (action.effect === 'read' || outcome !== 'failed');
          must(isHonest, `what was under way ended ${outcome}`);
        });
      });
    },
  },
  {
    name: 'an answer to what a stop interrupted is not taken for the stop’s',
    leftOut: (facts) => {
      if (facts.shape === 'messages') return 'messages say what they are';
      return hasStop(facts) ?? (facts.isAcknowledged ? undefined : 'nothing that changes it is answered');
    },
    async run({ subject, known }) {
      const all = spread((await known()).filter(isConfirmed), maxActions);
      await forEach(all, async ({ action }) => {
        await onBench(subject, `stopped while ${action.text} was being answered`, async (bench) => {
          const held: (() => void)[] = [];
          await bench.prepare(action);
          bench.tap.hearing = (piece, pass) => void held.push(() => pass(piece));
          const running = bench.start(action);
          await bench.clock.advance(5);
          if (held.length === 0) return;
          // What was under way is answered after the stop has begun; the stop itself is not.
          bench.tap.hearing = () => {};
          const from = bench.tap.passed.length;
          const stopping = bench.stop();
          const answer = (): void => held.splice(0).forEach((pass) => pass());
          const unwatch = bench.tap.watch(({ way }) => void (way === 'sent' && answer()));
          const timer = bench.clock.timer(bench.device.quietMs * 0.8, answer);
          const { outcome, declared } = await stopping;
          timer.cancel();
          unwatch();
          const isSent = declared === 'sent' && bench.sentSince(from).length > 0;
          must(isSent || outcome !== 'succeeded', 'the stop succeeded by the answer to something else');
          bench.tap.calm();
          await bench.settled(running);
        });
      });
    },
  },
  {
    name: 'a device that was stopped while it was away is stopped when it comes back',
    leftOut: hasStop,
    async run({ subject }) {
      await onBench(subject, 'stopped while it was away', async (bench) => {
        bench.tap.down = true;
        bench.tap.cut();
        await bench.clock.advance(1000);
        await bench.stop();
        const back = bench.tap.passed.length;
        bench.tap.down = false;
        await bench.ready();
        must(bench.happened.includes('stopped'), 'it was not stopped when it came back');
        must(bench.sentSince(back).length > 0, 'nothing was sent when it came back');
        must(bench.device.latched, 'it is not latched any more');
      });
    },
  },
];

async function stopped(bench: Bench): Promise<void> {
  const { outcome, error } = await bench.stop();
  must(outcome === 'succeeded', `the stop ended ${outcome}: ${error?.detail ?? ''}`);
  must(bench.device.latched, 'it is not latched');
}
