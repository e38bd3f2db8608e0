import { bytesOf } from '../../wire/byte-tap.ts';
import type { Pass, Piece } from '../../wire/tap.ts';
import { same } from '../bench.ts';
import { type Check, type Facts, find, forEach, must, onBench, type Trial } from '../check.ts';
import type { Subject } from '../subject.ts';

const bytesOnly = ({ shape }: Facts): string | undefined =>
  shape === 'bytes' ? undefined : 'a broker hands out whole messages';

const bytewise: Pass = (piece, pass) => {
  for (const byte of bytesOf(piece)) pass(Uint8Array.of(byte));
};

/** A turn of the event loop between any two bytes. */
function slowly(): Pass {
  let before = Promise.resolve();
  return (piece, pass) => {
    for (const byte of bytesOf(piece)) {
      before = before.then(async () => {
        await new Promise<void>((resolve) => setImmediate(resolve));
        pass(Uint8Array.of(byte));
      });
    }
  };
}

/** All that comes in one turn of the event loop, as one chunk. */
function merging(): Pass {
  let held: Uint8Array[] = [];
  return (piece, pass) => {
    held.push(bytesOf(piece));
    if (held.length > 1) return;
    setImmediate(() => {
      const all = Buffer.concat(held);
      held = [];
      pass(all);
    });
  };
}

async function asEver({ subject, known }: Trial, what: string, hearing: () => Pass): Promise<void> {
  const all = await known();
  if (all.length === 0) return await talksAsEver(subject, what, hearing);
  await forEach(all, async ({ action, ran, steady }) => {
    await onBench(
      subject,
      `${what}, ${action.text}`,
      async (bench) => {
        bench.tap.hearing = hearing();
        await bench.ready();
        bench.derive();
        const now = await bench.run(find(bench.actions, action));
        must(now.outcome === ran.outcome, `it ended ${now.outcome}, not ${ran.outcome}: ${now.detail ?? ''}`);
        must(
          !steady || same(now.value, ran.value),
          `it answered ${JSON.stringify(now.value)}, not ${JSON.stringify(ran.value)}`,
        );
      },
      false,
    );
  });
}

/** A device that only talks is understood if all of it is. */
async function talksAsEver(subject: Subject, what: string, hearing: () => Pass): Promise<void> {
  const told: unknown[] = [];
  for (const pass of [undefined, hearing()]) {
    await onBench(
      subject,
      what,
      async (bench) => {
        if (pass !== undefined) bench.tap.hearing = pass;
        await bench.clock.advance(10_000);
        const names = Object.keys(bench.device.model.properties);
        told.push(names.map((name) => [name, bench.device.reading(name).value]));
        must(
          names.some((name) => bench.device.reading(name).quality === 'good'),
          'nothing of it is known',
        );
        must(bench.device.unmatched === 0 || pass === undefined, 'some of it was not understood');
      },
      false,
    );
  }
  must(
    same(told[0], told[1]),
    `${what} it was understood as ${JSON.stringify(told[1])}, not ${JSON.stringify(told[0])}`,
  );
}

/** What was heard since then, as one. */
function joined(pieces: readonly Piece[]): Uint8Array {
  return Buffer.concat(pieces.map(bytesOf));
}

export const chunks: readonly Check[] = [
  {
    name: 'answers that come one byte at a time are understood',
    leftOut: bytesOnly,
    async run(trial) {
      await asEver(trial, 'byte by byte', () => bytewise);
      await asEver(trial, 'byte by byte, slowly', slowly);
    },
  },
  {
    name: 'answers that come merged are understood',
    leftOut: bytesOnly,
    run: (trial) => asEver(trial, 'merged', merging),
  },
  {
    name: 'what the device says by itself disturbs nothing, even in one chunk with an answer',
    leftOut: ({ hasUnsolicited }) => (hasUnsolicited ? undefined : 'no `unsolicited` samples are given'),
    async run({ subject, known }) {
      const said = (subject.samples.unsolicited ?? []).map((one) => Buffer.from(one as string, 'latin1'));
      await forEach(await known(), async ({ action, ran, steady }) => {
        for (const extra of said) {
          for (const order of ['before', 'after'] as const) {
            await onBench(subject, `${action.text}, something ${order} its answer`, async (bench) => {
              bench.tap.say(extra);
              await bench.clock.advance(1);
              bench.tap.hearing = (piece, pass) => pass(joined(order === 'before' ? [extra, piece] : [piece, extra]));
              const now = await bench.run(action);
              must(now.outcome === ran.outcome, `it ended ${now.outcome}, not ${ran.outcome}: ${now.detail ?? ''}`);
              must(!steady || same(now.value, ran.value), `it answered ${JSON.stringify(now.value)}`);
            });
          }
        }
      });
    },
  },
];
