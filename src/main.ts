#!/usr/bin/env node
import './pool-size.ts';
import { readFileSync } from 'node:fs';
import { drivers } from '../drivers/index.ts';
import { simulators } from '../simulators/index.ts';
import { definitions } from './cli/defined.ts';
import { runProcess } from './cli/process.ts';
import { systemClock } from './clock.ts';
import { transports } from './transport/index.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

await runProcess(process, {
  transports,
  drivers,
  simulators,
  definitions,
  createApp: async (parts) => (await import('./app.ts')).createApp(parts),
  clock: systemClock,
  version,
});
