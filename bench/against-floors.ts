/** Rounds of the service, of a bridge that is written by hand, of the wire alone and of a peer, one after the other. */
import type { Settings } from './settings.ts';
import { median, type Summary } from './statistics.ts';
import type { Line } from './table.ts';
import { warm, warmCommands } from './warm.ts';

const counts = [1, 100] as const;
const mostRounds = 7;

const floors = ['bellcrank', 'by hand', 'wire alone'] as const;
/** Left out where it is not installed. */
const peer = 'Node-RED';
type Name = (typeof floors)[number] | typeof peer;

/** What there is of everybody. */
export type Each<T> = Readonly<Record<(typeof floors)[number], T>> & { readonly [peer]?: T | undefined };

/** Who is loaded, and how; `told` gives further figures of a round, of the time since it was last asked. */
export interface Loaded {
  load(connections: number, ms: number): Promise<Summary>;
  told?(): Promise<Readonly<Record<string, number>>>;
}

interface Round extends Summary {
  readonly told: Readonly<Record<string, number>>;
}

export interface Turn {
  readonly connections: number;
  readonly rounds: Each<Round>;
}

export async function measureTurns(subjects: Each<Loaded>, settings: Settings): Promise<Turn[]> {
  const { rounds, warmMs, ms } = settings;
  const turns: Turn[] = [];
  const names = subjects[peer] === undefined ? floors : ([...floors, peer] as const);
  const round = async (name: Name, connections: number): Promise<Round> => {
    const subject = subjects[name] as Loaded; // it is one of the names
    await subject.load(connections, warmMs);
    await subject.told?.();
    const summary = await subject.load(connections, ms);
    return { ...summary, told: (await subject.told?.()) ?? {} };
  };
  for (const name of names) {
    const subject = subjects[name] as Loaded; // it is one of the names
    await warm((time) => subject.load(counts[1], time), { commands: warmCommands(settings), ms });
  }
  for (let index = 0; index < Math.min(mostRounds, rounds); index++) {
    for (const connections of counts) {
      const measured: Partial<Record<Name, Round>> = {};
      // Whoever comes first has whatever the machine does at the moment: they take turns.
      const order = index % 2 === 0 ? names : names.toReversed();
      for (const name of order) measured[name] = await round(name, connections);
      // By now each has been measured.
      turns.push({ connections, rounds: measured as Each<Round> });
    }
  }
  return turns;
}

export function turnsTable(turns: readonly Turn[]): Line[] {
  return counts.flatMap((connections) => {
    const mine = turns.filter((turn) => turn.connections === connections).map(({ rounds }) => rounds);
    const names = mine[0]?.[peer] === undefined ? floors : ([...floors, peer] as const);
    return names.map((name) => lineOf(name, connections, mine));
  });
}

function lineOf(name: Name, connections: number, rounds: readonly Turn['rounds'][]): Line {
  const mine = rounds.map((round) => round[name] as Round); // whoever has a line has all rounds
  const of = (figure: (round: Round) => number): number => median(mine.map(figure));
  const ratios = (figure: (round: Round) => number): number[] =>
    rounds.map((round, turn) => figure(mine[turn] as Round) / figure(round['by hand']));
  const rates = ratios(({ perSecond }) => perSecond);
  const told = Object.keys(mine[0]?.told ?? {});
  const service = rounds.map((round, turn) => round.bellcrank.perSecond / (mine[turn] as Round).perSecond);
  return {
    connections,
    who: name,
    'commands/s': of(({ perSecond }) => perSecond),
    ratio: median(rates),
    'ratio (least–most)': `${Math.min(...rates).toFixed(2)}–${Math.max(...rates).toFixed(2)}`,
    'Bellcrank, for one of it': median(service),
    'p50 ms': of(({ p50 }) => p50),
    'p50 ratio': median(ratios(({ p50 }) => p50)),
    'p99 ms': of(({ p99 }) => p99),
    ...Object.fromEntries(told.map((what) => [what, of(({ told: figures }) => figures[what] ?? NaN)])),
    failed: mine.reduce((sum, round) => sum + round.failed, 0),
  };
}
