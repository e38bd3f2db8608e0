import { commandBodyText, commandResultText, deviceName } from './command-by-hand.ts';
import { type Contender, type Running, startContenders } from './command-contenders.ts';
import type { LoadTasks } from './load.ts';
import { type Helper, startHelper } from './processes.ts';
import type { Settings } from './settings.ts';
import { median, type Summary } from './statistics.ts';
import type { Line, Result } from './table.ts';
import { warm, warmCommands } from './warm.ts';

/** One round of load on one contender. */
export interface Round extends Summary {
  readonly name: string;
  readonly connections: number;
  /** Processor time for one command, all threads together, in µs. */
  readonly cpuMicros: number;
}

const crowds = [1, 10, 100];
const mostTurns = 7;

/** Everybody with 1, 10 and 100 connections, in turns; Bellcrank is held against each of them. */
export async function compareCommands(
  contenders: Readonly<Record<string, Contender>>,
  settings: Settings,
  its: Pick<Result, 'name' | 'what'>,
): Promise<Result> {
  const load = startHelper<LoadTasks>('load.ts');
  const running = await startContenders(contenders);
  try {
    const { ms } = settings;
    for (const each of running) await warmContender(load, each, { commands: warmCommands(settings), ms });
    const rounds: Round[] = [];
    for (let turn = 0; turn < Math.min(mostTurns, settings.rounds); turn++) {
      for (const connections of crowds)
        rounds.push(...(await measureTurn(load, running, { connections, turn, ...settings })));
    }
    return { ...its, table: tableLines(running, rounds), rounds };
  } finally {
    await Promise.all([load.end(), ...running.map(({ subject }) => subject.end())]);
  }
}

export async function warmContender(
  load: Helper<LoadTasks>,
  contender: Running,
  least: { readonly commands: number; readonly ms: number },
): Promise<void> {
  await warm((ms) => roundOn(load, contender, 100, { warmMs: 0, ms }), least);
}

/** All contenders one after the other, in an order that changes: whoever comes first has what the machine does then. */
export async function measureTurn(
  load: Helper<LoadTasks>,
  running: readonly Running[],
  { connections, turn, ...times }: { readonly connections: number; readonly turn: number } & Omit<Settings, 'rounds'>,
): Promise<Round[]> {
  const first = turn % running.length;
  const rounds: Round[] = [];
  for (const contender of [...running.slice(first), ...running.slice(0, first)])
    rounds.push(await roundOn(load, contender, connections, times));
  return rounds;
}

async function roundOn(
  load: Helper<LoadTasks>,
  { name, subject, path }: Running,
  connections: number,
  { warmMs, ms }: Omit<Settings, 'rounds'>,
): Promise<Round> {
  const { url } = subject;
  const targets = Array.from({ length: connections }, (_, index) => ({
    path: path(deviceName(index)),
    body: commandBodyText,
  }));
  const asked = { url, targets, says: commandResultText, warmMs: 0 };
  // The processor counts from here on, so all that was answered must, too.
  await load.ask('closed', { ...asked, ms: warmMs });
  const before = subject.cpuMs();
  const summary = await load.ask('closed', { ...asked, ms });
  const cpuMicros = ((subject.cpuMs() - before) / summary.count) * 1000;
  return { ...summary, name, connections, cpuMicros };
}

/** What the first has for one of each of the other, turn by turn. */
export function ratiosOf(
  rounds: readonly Round[],
  [name, base]: readonly [string, string],
  figure: (round: Round) => number,
): number[] {
  const of = (who: string): Round[] => rounds.filter((round) => round.name === who);
  const bases = of(base);
  // Both have a round in each turn.
  return of(name).map((round, turn) => figure(round) / figure(bases[turn] as Round));
}

function tableLines(running: readonly Running[], all: readonly Round[]): Line[] {
  return crowds.flatMap((connections) => {
    const rounds = all.filter((round) => round.connections === connections);
    return running.map(({ name }) => lineOf(name, connections, rounds));
  });
}

function lineOf(name: string, connections: number, rounds: readonly Round[]): Line {
  const mine = rounds.filter((round) => round.name === name);
  const of = (figure: (round: Round) => number): number => median(mine.map(figure));
  const ratios = ratiosOf(rounds, ['Bellcrank', name], ({ perSecond }) => perSecond);
  return {
    what: name,
    connections: String(connections),
    'requests/s': of(({ perSecond }) => perSecond),
    'p50 ms': of(({ p50 }) => p50),
    'p99 ms': of(({ p99 }) => p99),
    'CPU µs': of(({ cpuMicros }) => cpuMicros),
    'Bellcrank, requests/s': median(ratios),
    '(least–most)': `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`,
    'Bellcrank, p99': median(ratiosOf(rounds, ['Bellcrank', name], ({ p99 }) => p99)),
    failed: mine.reduce((sum, { failed }) => sum + failed, 0),
  };
}
