import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type App, createApp } from '../../src/app.ts';
import { type Clock, systemClock } from '../../src/clock.ts';
import { formatProblems, loadConfig } from '../../src/config/index.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { temporaryFolder } from '../wire/support.ts';
import { silentLog } from './rig.ts';
import { toyDriver } from './toy.ts';

export interface Served {
  readonly app: App;
  readonly url: string;
}

interface Surroundings {
  readonly clock?: Clock;
  readonly log?: typeof silentLog;
  readonly folder?: string;
  readonly rehearses?: boolean;
}

/** A whole service from a text of YAML, in this process, on a port of its own. It has no devices but those in the text. */
export async function served(
  yaml: string,
  { clock = systemClock, log = silentLog, folder, rehearses = false }: Surroundings = {},
): Promise<Served> {
  const file = join(folder ?? temporaryFolder(), 'bellcrank.yaml');
  writeFileSync(file, yaml);
  const drivers = [toyDriver()];
  const loaded = await loadConfig({ file, env: {}, drivers, transports: [], simulators: [] });
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
  const app = await createApp({
    config: loaded.config,
    drivers,
    transports: [],
    simulate: () => Promise.reject(new Error('nothing is simulated here')),
    clock,
    random: () => 0.5,
    log,
    version: '0.0.0',
    store: new MemoryStore(1000),
    rehearses,
  });
  onTestFinished(() => app.close());
  const { url } = await app.start();
  return { app, url };
}
