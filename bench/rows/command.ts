import { contenders, type Running, startContenders } from '../command-contenders.ts';
import { measureTurn, ratiosOf, type Round } from '../command-rounds.ts';
import type { LoadTasks } from '../load.ts';
import { startHelper } from '../processes.ts';
import type { Settings } from '../settings.ts';
import { median } from '../statistics.ts';
import type { Line, Result } from '../table.ts';

const crowds = [1, 10, 100];
const mostTurns = 7;

/** A command to a device in memory, against bare servers that only answer, and against what one would take instead. */
export async function command(settings: Settings): Promise<Result> {
  const load = startHelper<LoadTasks>('load.ts');
  const running = await startContenders(Object.keys(contenders));
  try {
    const rounds: Round[] = [];
    for (let turn = -1; turn < Math.min(mostTurns, settings.rounds); turn++) {
      for (const connections of crowds) {
        const measured = await measureTurn(load, running, { connections, turn, ...settings });
        // The first turn is for the compiler.
        if (turn >= 0) rounds.push(...measured);
      }
    }
    const what = 'POST of a typed command, journal on (durability: process), one device in memory for each connection';
    return { name: 'command', what, table: tableLines(running, rounds), rounds };
  } finally {
    await Promise.all([load.end(), ...running.map(({ subject }) => subject.end())]);
  }
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
    connections,
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
