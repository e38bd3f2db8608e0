import { onTestFinished } from 'vitest';
import { scpiSupplySimulator } from '../../simulators/scpi-supply/index.ts';
import { openPty } from '../../simulators/wire/pty.ts';
import { systemClock } from '../../src/clock.ts';
import type { Service } from './service.ts';

/** A command as the service tells it. */
export interface Resource {
  readonly id: string;
  readonly device: string;
  readonly command: string;
  readonly params: { readonly volts?: number };
  readonly state: string;
  readonly outcome: string;
  readonly resolvedLate?: boolean;
  readonly error?: { readonly code: string };
}

/** A supply on a kernel PTY with its own account of what it was told: how often it was set to each value. */
export async function countingSupply() {
  const settings = new Map<string, number>();
  const pty = await openPty();
  let input = '';
  pty.far.onData((chunk) => {
    input += Buffer.from(chunk).toString('latin1');
    const lines = input.split('\n');
    input = lines.pop() ?? '';
    for (const line of lines) {
      const volts = /^VOLT ([\d.]+)$/.exec(line)?.[1];
      if (volts !== undefined) settings.set(String(Number(volts)), (settings.get(String(Number(volts))) ?? 0) + 1);
    }
  });
  const simulator = scpiSupplySimulator.create({ clock: systemClock, seed: 1, options: {} });
  if (simulator.wire.shape !== 'bytes') throw new Error('a supply speaks over a byte stream');
  simulator.wire.serve(pty.far);
  onTestFinished(async () => {
    simulator.close();
    await pty.close();
  });
  return { path: pty.path, settings };
}

/** All commands that the service has on record. */
export async function everything(service: Service): Promise<Resource[]> {
  const all: Resource[] = [];
  for (let cursor = ''; ;) {
    const page = await service.get<{ items: Resource[]; next?: string }>(`/v1/commands?limit=500${cursor}`);
    all.push(...page.items);
    if (page.next === undefined) return all;
    cursor = `&cursor=${page.next}`;
  }
}
