import { trusted } from '../../../access/caller.ts';
import type { CapturedWrite } from '../../../device/call.ts';
import { pieceText } from '../../wire/words.ts';
import type { Piece } from '../../wire/tap.ts';
import type { Known } from '../baseline.ts';
import { same } from '../bench.ts';
import { type Check, find, forEach, isAnswered, must, onBench, onDirect, spread } from '../check.ts';
import type { Action } from '../actions.ts';
import type { Direct } from '../direct.ts';
import type { Subject } from '../subject.ts';

/** Actions that are tried; more say little more. */
const maxActions = 10;

export const apart: readonly Check[] = [
  {
    name: 'a dry run shows what would be sent',
    leftOut: ({ isTold }) => (isTold ? undefined : 'it has no commands'),
    async run({ subject, known }) {
      const told = spread(
        (await known()).filter(({ action, sent }) => action.kind !== 'read' && sent.length > 0),
        maxActions,
      );
      await forEach(told, async ({ action, sent }) => {
        const again = await sentAgain(subject, action);
        await onBench(subject, `dry run of ${action.text}`, async (bench) => {
          const isWrite = action.kind === 'write';
          const command = isWrite ? `write:${action.name}` : action.name;
          const params = isWrite ? { value: action.params } : action.params;
          const asked = bench.control.pipeline.dryRun({ device: 'device', command, params, caller: trusted('suite') });
          const { writes } = await bench.settled(asked);
          for (const write of writes.map(pieceOf)) {
            const text = `it shows ${pieceText(write)}, and sends ${sent.map(pieceText).join(', ')}`;
            must(isAmong(write, sent, again), text);
          }
        });
      });
    },
  },
  {
    name: 'two devices know nothing of each other',
    leftOut: ({ isAsked, isTold }) => (isAsked || isTold ? undefined : 'it cannot be asked for anything'),
    async run({ subject, known, facts }) {
      // What a driver keeps for all of them spoils even what is known: on a byte stream, whoever reads has to ask.
      const asks = (one: Known): boolean =>
        isAnswered(one) || (facts.shape === 'bytes' && one.action.kind === 'read' && one.ran.outcome === 'succeeded');
      const all = spread((await known()).filter(asks), maxActions);
      const reads = all.filter(({ steady }) => steady);
      await onDirect(subject, 'beside another device of the kind', async (one) => {
        await onDirect(subject, 'beside one that answers', async (other) => {
          await atOnce(one, other, reads);
          other.tap.hearing = () => {};
          await forEach(all, async (it) => await besideSilence(one, other, it));
        });
      });
    },
  },
];

/** Both are asked for the same, and answer for themselves. */
async function atOnce(one: Direct, other: Direct, reads: readonly Known[]): Promise<void> {
  for (const { action, ran } of reads) {
    const asked = [one, other].map((direct) => direct.start(find(direct.actions, action)));
    await other.clock.advance(0);
    const answers = [await one.settled(asked[0] ?? never), await other.settled(asked[1] ?? never)];
    for (const { returned, value, error } of answers) {
      must(returned, `${action.text}, of both at once, failed: ${String(error)}`);
      must(same(value, ran.value), `${action.text}, of both at once, is ${JSON.stringify(value)}`);
    }
  }
}

/** What one of them has answered is no answer of the other’s. */
async function besideSilence(one: Direct, other: Direct, { action }: Known): Promise<void> {
  const { returned, error } = await one.run(find(one.actions, action));
  must(returned, `${action.text}, beside a device that is silent, failed: ${String(error)}`);
  const silent = await other.run(find(other.actions, action));
  must(!silent.returned, `${action.text} of a device that says nothing succeeded after another one had answered it`);
}

const never = new Promise<never>(() => {});

/** What is sent when it is run once more on the same connection. */
async function sentAgain(subject: Subject, action: Action): Promise<readonly Piece[]> {
  let again: readonly Piece[] = [];
  await onDirect(subject, action.text, async (direct) => {
    await direct.run(find(direct.actions, action));
    const from = direct.tap.passed.length;
    await direct.run(find(direct.actions, action));
    again = direct.tap.sent(from);
  });
  return again;
}

/** Some protocols number what they send: then only the topic is compared but for its numbers, or the length. Chunks may be cut otherwise. */
function isAmong(write: Piece, sent: readonly Piece[], again: readonly Piece[]): boolean {
  const texts = (pieces: readonly Piece[]): string => pieces.map(pieceText).join();
  const isNumbered = texts(sent) !== texts(again);
  if (write instanceof Uint8Array) {
    const bytes = sent.flatMap((piece) => (piece instanceof Uint8Array ? [piece] : []));
    return (
      Buffer.concat(bytes).includes(Buffer.from(write)) ||
      (isNumbered && bytes.some(({ length }) => length === write.length))
    );
  }
  return sent.some((piece) => {
    if (piece instanceof Uint8Array) return false;
    return isNumbered ? numberless(piece.topic) === numberless(write.topic) : pieceText(piece) === pieceText(write);
  });
}

function numberless(topic: string): string {
  return topic.replaceAll(/\d+/g, '0');
}

function pieceOf({ bytes, topic = '', payload = '' }: CapturedWrite): Piece {
  return bytes ?? { topic, payload: Buffer.from(payload), retained: false };
}
