/** The far ends' process: supplies behind TCP sockets, which fall silent when they are told to. */
import { scpiSupplySimulator } from '../simulators/scpi-supply/index.ts';
import { listenTcp } from '../simulators/wire/tcp.ts';
import { systemClock } from '../src/clock.ts';
import type { ByteConnection } from '../src/driver/index.ts';
import { serveTasks } from './tasks.ts';

/** `until-stopped`: takes everything and answers nothing, until it is told to switch off. */
export type Manner = 'answers' | 'silent' | 'until-stopped';

class FarEnd {
  readonly #supply;
  #manner: Manner = 'answers';
  /** When it was last told to switch off, in ns of the machine's monotonic clock. */
  stoppedAt: bigint | undefined;

  constructor(seed: number) {
    this.#supply = scpiSupplySimulator.create({ clock: systemClock, seed, options: {} });
  }

  set manner(manner: Manner) {
    this.#manner = manner;
    this.stoppedAt = undefined;
    this.#supply.behaviour.replies.set(manner === 'answers' ? 0 : undefined, 0);
  }

  serve(far: ByteConnection): void {
    far.onData((chunk) => {
      if (!Buffer.from(chunk).includes('OUTP OFF')) return;
      this.stoppedAt = process.hrtime.bigint();
      if (this.#manner === 'until-stopped') this.#supply.behaviour.replies.set(0, 0);
    });
    const { wire } = this.#supply;
    if (wire.shape === 'bytes') wire.serve(far);
  }
}

const ends: FarEnd[] = [];

/** Resolves with their ports. */
async function open({ count }: { readonly count: number }): Promise<number[]> {
  const ports: number[] = [];
  for (let index = 0; index < count; index++) {
    const end = new FarEnd(index);
    const listener = await listenTcp();
    listener.onConnection((far) => end.serve(far));
    ends.push(end);
    ports.push(listener.port);
  }
  return ports;
}

function manner({ manner, indices }: { readonly manner: Manner; readonly indices?: readonly number[] }): void {
  for (const [index, end] of ends.entries()) {
    if (indices === undefined || indices.includes(index)) end.manner = manner;
  }
}

/** When each was told to switch off; empty for those that were not. */
function stops(_: null): string[] {
  return ends.map(({ stoppedAt }) => String(stoppedAt ?? ''));
}

const tasks = { open, manner, stops };
export type FarEndTasks = typeof tasks;
if (process.send !== undefined) serveTasks(tasks);
