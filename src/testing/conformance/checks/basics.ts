import { trusted } from '../../../access/caller.ts';
import { baseState, type StateOf } from '../state.ts';
import { type Check, type Facts, forEach, must, NothingToCheck, onBench, onDirect } from '../check.ts';
import type { Action } from '../actions.ts';
import type { Known } from '../baseline.ts';
import { type Bench, same } from '../bench.ts';

/** How long a driver that is attached is watched. */
const watchMs = 5000;

const hints =
  'one that only works on a device that is otherwise needs `before`; one that is to fail belongs in `refused`';

const talksOnly = ({ isAsked, isTold }: Facts): string | undefined =>
  isAsked || isTold ? undefined : 'it cannot be asked for anything';

export const basics: readonly Check[] = [
  {
    name: 'everything that it can do works',
    leftOut: talksOnly,
    async run({ known }) {
      await forEach(await known(), async ({ action, ran }) => {
        const ended = `${action.text} ended ${ran.outcome}: ${ran.code ?? ''} ${ran.detail ?? ''}`;
        must(ran.outcome === 'succeeded', action.kind === 'read' ? ended : `${ended} (${hints})`);
      });
    },
  },
  {
    name: 'what the device tells by itself is known',
    leftOut: ({ isPushed }) => (isPushed ? undefined : 'it is asked for everything'),
    async run({ subject }) {
      await onBench(subject, 'while it listens', async (bench) => {
        await bench.clock.advance(watchMs);
        const pushed = Object.entries(bench.device.model.properties).filter(
          ([, spec]) => spec.access !== 'write' && spec.source === 'pushed',
        );
        if (pushed.length === 0) throw new NothingToCheck();
        must(
          pushed.some(([name]) => bench.device.reading(name).quality === 'good'),
          `nothing of it is known after ${watchMs} ms; a simulator whose device tells only changes has to make some, or the check is named in \`except\``,
        );
      });
    },
  },
  {
    name: 'attaching changes nothing on the device',
    leftOut: ({ showsState }) => (showsState ? undefined : 'its simulator does not show what it is'),
    async run({ subject }) {
      await onBench(subject, 'while it is attached', async (bench) => {
        await bench.clock.advance(watchMs);
        const alone = await baseState(subject, bench.clock.monotonic());
        const attached: StateOf = alone.of(bench.far.control);
        for (const [name, value] of Object.entries(alone.state)) {
          const text = `${name} is ${JSON.stringify(attached[name])}, and would be ${JSON.stringify(value)} without the driver`;
          must(alike(attached[name], value), text);
        }
      });
    },
  },
  {
    name: 'what it tells is valid by its model',
    async run({ subject }) {
      await onDirect(subject, 'while everything is asked for', async (direct) => {
        for (const action of direct.actions) {
          await direct.run(action);
          await direct.clock.advance(500);
        }
        // What was begun may be over only later, and be told then.
        await direct.clock.advance(watchMs);
        must(direct.invalid.length === 0, direct.invalid.slice(0, 5).join('; '));
      });
    },
  },
  {
    name: 'a dry run sends nothing',
    leftOut: ({ isTold }) => (isTold ? undefined : 'it has no commands'),
    async run({ subject, known }) {
      const told = (await known()).filter(({ action }) => action.kind !== 'read');
      await forEach(told, async ({ action: { text, kind, name, params }, own }) => {
        await onBench(subject, `dry run of ${text}`, async (bench) => {
          const from = bench.tap.passed.length;
          const command = kind === 'write' ? `write:${name}` : name;
          const submission = { device: 'device', command, caller: trusted('suite') };
          const given = kind === 'write' ? { value: params } : params;
          const { writes } = await bench.settled(bench.control.pipeline.dryRun({ ...submission, params: given }));
          must(writes.length > 0, 'it does not say what it would send');
          await bench.clock.advance(100);
          const sent = bench.sentSince(from).filter((one) => own.has(one));
          must(sent.length === 0, `it sent ${sent.join(', ')}`);
        });
      });
    },
  },
  {
    name: 'calls at once do not get in each other’s way',
    async run({ subject, known }) {
      const all = await known();
      const reads = all.filter(({ steady }) => steady);
      const { before = {}, alone = [] } = subject.samples;
      // What it takes to try one of them may undo another.
      const isAlone = ({ command = '' }: Action): boolean => Object.hasOwn(before, command) || alone.includes(command);
      const told = all.filter(({ action }) => action.kind !== 'read' && !isAlone(action));
      await onBench(subject, 'many at once', async (bench) => {
        await askedAtOnce(bench, [...reads, ...reads.toReversed(), ...reads]);
        const ended = await bench.settled(Promise.all(told.map(({ action }) => bench.start(action))));
        for (const [index, { action }] of told.entries()) {
          const { outcome, detail } = ended[index] ?? {};
          const hint = 'a command that ends what else is under way has to be named in `alone`';
          must(outcome !== 'unknown', `${action.text} ended unknown: ${detail} (${hint})`);
        }
      });
    },
  },
  {
    name: 'each question gets its own answer',
    leftOut: ({ isAsked }) => (isAsked ? undefined : 'it cannot be asked for anything'),
    async run({ subject, known }) {
      const reads = (await known()).filter(({ steady }) => steady);
      await onBench(subject, 'one after the other', async (bench) => {
        await forEach([...reads, ...reads.toReversed()], async ({ action, ran }) => {
          const { value } = await bench.run(action);
          must(
            same(value, ran.value),
            `${action.text} is ${JSON.stringify(ran.value)}, and was told as ${JSON.stringify(value)}`,
          );
        });
      });
    },
  },
];

/** The line had no time or no place left for it: then nothing was asked, and whoever asked was told so. */
const unasked = new Set<string | undefined>(['expired', 'queue-full']);

/** None of them is told anything but its own answer; those that were not asked are asked once more, beside fewer. */
async function askedAtOnce(bench: Bench, all: readonly Known[]): Promise<void> {
  for (let left = all; left.length > 0;) {
    const answers = await bench.settled(Promise.all(left.map(({ action }) => bench.start(action))));
    const isUnasked = (index: number): boolean => unasked.has(answers[index]?.code);
    for (const [index, { action, ran }] of left.entries()) {
      if (isUnasked(index)) continue;
      const { value, detail } = answers[index] ?? {};
      const was = `was told as ${JSON.stringify(value)}${detail === undefined ? '' : ` (${detail})`}`;
      must(same(value, ran.value), `${action.text} is ${JSON.stringify(ran.value)}, and ${was}`);
    }
    const rest = left.filter((_, index) => isUnasked(index));
    must(rest.length < left.length, `none of ${left.length} questions at once was asked: ${answers[0]?.detail}`);
    left = rest;
  }
}

/** What follows its way in time is summed up from wherever it was looked at, and differs in the last digits. */
function alike(one: unknown, other: unknown): boolean {
  if (typeof one !== 'number' || typeof other !== 'number') return same(one, other);
  return Math.abs(one - other) <= 1e-9 * Math.max(1, Math.abs(one), Math.abs(other));
}
