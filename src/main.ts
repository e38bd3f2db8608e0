#!/usr/bin/env node
import './pool-size.ts';
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// What is imported from here on is compiled once and kept beside the packages, which halves the time to start. Where
// nothing can be written, nothing is kept.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/bellcrank', import.meta.url)));

const { start } = await import('./start.ts');
await start(process);
