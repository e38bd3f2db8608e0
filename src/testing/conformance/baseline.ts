import type { Piece } from '../wire/tap.ts';
import { pieceText } from '../wire/words.ts';
import type { Action } from './actions.ts';
import { openBench, type Ran, same } from './bench.ts';
import type { Subject } from './subject.ts';

/** An action as it goes when nothing goes wrong. */
export interface Known {
  readonly action: Action;
  readonly ran: Ran;
  readonly sent: readonly Piece[];
  readonly heard: readonly Piece[];
  /** Of what it sent, what is sent at no other time: neither by polls nor while the device is attached. */
  readonly own: ReadonlySet<string>;
  /** Asked again and again the answer is the same. */
  readonly steady: boolean;
}

/** How long a device is watched to see what is sent without anybody asking for it. */
const watchMs = 20_000;

/** What everything does when nothing goes wrong; each on a fresh device, so that none depends on another. */
export async function baselineOf(subject: Subject): Promise<readonly Known[]> {
  const { actions, idle } = await overview(subject);
  const known: Known[] = [];
  for (const index of actions.keys()) known.push(await knowing(subject, index, idle));
  return known;
}

async function overview(subject: Subject): Promise<{ actions: readonly Action[]; idle: ReadonlySet<string> }> {
  const bench = await openBench(subject);
  await bench.clock.advance(watchMs);
  // Coming back after a loss, and into step again, is nothing that an action does.
  bench.tap.cut();
  await bench.ready();
  const { actions } = bench;
  const idle = new Set(bench.tap.sent().map(pieceText));
  await bench.close();
  return { actions, idle };
}

async function knowing(subject: Subject, index: number, idle: ReadonlySet<string>): Promise<Known> {
  const bench = await openBench(subject);
  const action = bench.actions[index];
  if (action === undefined) throw new Error('the device can do less than it could before');
  const from = bench.tap.passed.length;
  const ran = await bench.run(action);
  const passed = bench.tap.passed.slice(from);
  const of = (wanted: string): Piece[] => passed.flatMap(({ way, piece }) => (way === wanted ? [piece] : []));
  const sent = of('sent');
  const steady = action.kind === 'read' && ran.outcome === 'succeeded' && (await isSteady(bench, action, ran));
  await bench.close();
  const own = new Set(sent.map(pieceText).filter((text) => !idle.has(text)));
  return { action, ran, sent, heard: of('heard'), own, steady };
}

async function isSteady(bench: Awaited<ReturnType<typeof openBench>>, action: Action, ran: Ran): Promise<boolean> {
  for (let again = 0; again < 3; again++) {
    await bench.clock.advance(700);
    if (!same((await bench.run(action)).value, ran.value)) return false;
  }
  return true;
}
