#!/usr/bin/env node
// Plain JavaScript without syntax of the last years: an old Node must be able to read it to say that it is old.
import { existsSync } from 'node:fs';

const needed = 24;
const installed = import.meta.url.includes('/node_modules/');

if (Number(process.versions.node.split('.')[0]) < needed) {
  console.error(
    'bellcrank needs Node ' +
      needed +
      ' or newer, and this is ' +
      process.version +
      '. ' +
      (installed
        ? 'Run it as: npx -p node@' + needed + ' -p bellcrank bellcrank'
        : 'Run bin/bellcrank: it takes the one that npm ci installs (where npm runs no scripts of packages: npm rebuild node --ignore-scripts=false)'),
  );
  process.exitCode = 1;
} else {
  // A checkout runs its TypeScript; Node refuses to do so under node_modules, where the compiled files are.
  const source = new URL('../src/main.ts', import.meta.url);
  void import(!installed && existsSync(source) ? source.href : new URL('../dist/src/main.js', import.meta.url).href);
}
