import { readFileSync } from 'node:fs';
import { drivers } from '../drivers/index.ts';
import { faultCatalogue, simulators } from '../simulators/index.ts';
import { definitions } from './cli/defined.ts';
import { runProcess } from './cli/process.ts';
import { systemClock } from './clock.ts';
import { packageFile } from './own-files.ts';
import { transports } from './transport/index.ts';

/** Runs the command line of a process with everything that comes with Bellcrank. */
export async function start(process: NodeJS.Process): Promise<void> {
  const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as {
    version: string;
  };
  await runProcess(process, {
    transports,
    drivers,
    simulators,
    faults: faultCatalogue,
    definitions,
    createApp: async (parts) => (await import('./app.ts')).createApp(parts),
    clock: systemClock,
    version,
  });
}
