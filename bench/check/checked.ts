import { contenders, startContenders } from '../command-contenders.ts';
import { measureTurn, type Round, warmContender } from '../command-rounds.ts';
import type { LoadTasks } from '../load.ts';
import { startHelper } from '../processes.ts';
import { amongSupplies, ratioOf } from '../rows/hung-device.ts';
import { onSerialLines } from '../rows/serial.ts';

/** Ratios by name, each of them the better the larger. */
export type Ratios = Readonly<Record<string, number>>;
/** Measures a pair. */
export type Measure = () => Promise<Ratios>;
/** Sets something up for as long as it is measured. */
export type Checked = (use: (measure: Measure) => Promise<void>) => Promise<void>;

const short = { rounds: 1, warmMs: 80, ms: 250 };

/** The rows that are looked at after each change, in a short form. */
export const checked: Readonly<Record<string, Checked>> = { command, serial, 'hung-device': hung };

async function command(use: (measure: Measure) => Promise<void>): Promise<void> {
  const load = startHelper<LoadTasks>('load.ts');
  const { Bellcrank, Fastify } = contenders;
  if (Bellcrank === undefined || Fastify === undefined) throw new Error('a contender has another name');
  const running = await startContenders({ Bellcrank, Fastify });
  try {
    for (const each of running) await warmContender(load, each, { commands: 15_000, ms: 1000 });
    let turn = 0;
    await use(async () => {
      const rounds = await measureTurn(load, running, { connections: 100, turn: turn++, warmMs: 100, ms: 800 });
      const [own, floor] = ['Bellcrank', 'Fastify'].map((name) => rounds.find((round) => round.name === name));
      return commandRatios(own as Round, floor as Round); // a turn has a round of each
    });
  } finally {
    await Promise.all([load.end(), ...running.map(({ subject }) => subject.end())]);
  }
}

function commandRatios(own: Round, floor: Round): Ratios {
  if (own.failed + floor.failed > 0) throw new Error(`${own.failed + floor.failed} answers were wrong`);
  return {
    'command, requests/s of bare Fastify’s': own.perSecond / floor.perSecond,
    // Processor time says as much on a machine that does other work as well.
    'command, bare Fastify’s processor time': floor.cpuMicros / own.cpuMicros,
  };
}

async function serial(use: (measure: Measure) => Promise<void>): Promise<void> {
  await onSerialLines(async (measured) => {
    await use(async () => {
      const pairs = await measured(short);
      // With one connection it is the scheduler of a busy machine that is measured, which wakes more threads for one of them.
      const many = pairs.find(({ connections }) => connections === 100)?.rounds;
      if (many === undefined) throw new Error('nothing was measured');
      return {
        'serial, requests/s of those by hand, 100 connections': many.bellcrank.perSecond / many['by hand'].perSecond,
      };
    });
  });
}

async function hung(use: (measure: Measure) => Promise<void>): Promise<void> {
  await amongSupplies(async (measured) => {
    await use(async () => {
      const [pair] = await measured(short);
      if (pair === undefined) throw new Error('nothing was measured');
      return { 'hung device, p99 with none': 1 / ratioOf(pair.hung, pair.healthy) };
    });
  });
}
