#!/usr/bin/env node
import { settled } from './process-flags.ts';
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { packageFile } from './own-files.ts';

// What is imported from here on is compiled once and kept beside the packages, which halves the time to start. Where
// nothing can be written, nothing is kept.
enableCompileCache(fileURLToPath(packageFile('node_modules/.cache/bellcrank')));

const { start } = await import('./start.ts');
await start(process, settled);
