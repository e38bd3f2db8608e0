import type { Piece } from '../wire/tap.ts';
import { pieceText } from '../wire/words.ts';
import { type Action, find } from './actions.ts';
import { type Bench, openBench, type Ran, same } from './bench.ts';
import { openDirect } from './direct.ts';
import { spread } from './spread.ts';
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
  for (const action of chosen(actions, subject.samples.actions)) {
    known.push({ ...(await passing(subject, action, idle)), ...(await running(subject, action)) });
  }
  return known;
}

/** Of what tells the device something and of what asks it, as many. */
function chosen(actions: readonly Action[], most = Infinity): readonly Action[] {
  const asks = actions.filter(({ effect }) => effect === 'read');
  const tells = actions.filter(({ effect }) => effect !== 'read');
  return [...spread(tells, Math.ceil(most / 2)), ...spread(asks, Math.ceil(most / 2))];
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

type Passing = Pick<Known, 'action' | 'sent' | 'heard' | 'own'>;

/** What passes for it, and nothing else: no poll is under way beside it. */
async function passing(subject: Subject, wanted: Action, idle: ReadonlySet<string>): Promise<Passing> {
  const direct = await openDirect(subject);
  const action = find(direct.actions, wanted);
  await direct.prepare(action);
  const { passed } = direct.tap;
  const from = passed.length;
  let until = from;
  await direct.settled(direct.start(action).finally(() => (until = passed.length)));
  await direct.close();
  const its = passed.slice(from, until);
  const of = (way: string): Piece[] => its.flatMap((one) => (one.way === way ? [one.piece] : []));
  const sent = of('sent');
  const own = new Set(sent.map(pieceText).filter((text) => !idle.has(text)));
  return { action, sent, heard: of('heard'), own };
}

/** What comes of it in the service. */
async function running(subject: Subject, action: Action): Promise<Pick<Known, 'ran' | 'steady'>> {
  const bench = await openBench(subject);
  const ran = await bench.run(find(bench.actions, action));
  const steady = action.kind === 'read' && ran.outcome === 'succeeded' && (await isSteady(bench, action, ran));
  await bench.close();
  return { ran, steady };
}

/** Whether it goes on giving the same answer. */
export async function isSteady(bench: Bench, action: Action, ran: Ran): Promise<boolean> {
  for (let again = 0; again < 3; again++) {
    await bench.clock.advance(700);
    if (!same((await bench.run(action)).value, ran.value)) return false;
  }
  return true;
}
