import { commandBodyText, commandResultText, deviceName } from './command-by-hand.ts';
import type { Running } from './command-contenders.ts';
import type { LoadTasks } from './load.ts';
import type { Helper } from './processes.ts';
import type { Settings } from './settings.ts';
import type { Summary } from './statistics.ts';

/** One round of load on one contender. */
export interface Round extends Summary {
  readonly name: string;
  readonly connections: number;
  /** Processor time for one command, all threads together, in µs. */
  readonly cpuMicros: number;
}

/** All contenders one after the other, in an order that changes: whoever comes first has what the machine does then. */
export async function measureTurn(
  load: Helper<LoadTasks>,
  running: readonly Running[],
  { connections, turn, ...times }: { readonly connections: number; readonly turn: number } & Omit<Settings, 'rounds'>,
): Promise<Round[]> {
  const first = Math.max(0, turn) % running.length;
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
