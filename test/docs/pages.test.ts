import { fileURLToPath } from 'node:url';
import { onTestFinished, test } from 'vitest';
import { built } from '../support/built.ts';
import { packed } from '../support/packed.ts';
import { Reader, type Substitutes } from './reader.ts';

/** Each page is followed from top to bottom: every block is run, written to its file, or held against what came before. */

async function follow(page: string, substitutes: Substitutes, program?: string): Promise<void> {
  const reader = await Reader.of(page, substitutes, program);
  onTestFinished(() => reader.close());
  await reader.read();
}

/** What a checkout runs is followed in the tutorial; the others are about what it does, and start the same, built, in half the time. */
const lab = (): string => `node ${built()} serve --config examples/lab/bellcrank.yaml`;

test('README.md', { timeout: 300_000 }, async () => {
  await packed();
  const substitutes = {
    'npm ci && npm start': lab(),
    'npm pack\n': '',
    'npm install ../bellcrank-0.1.0.tgz': `node ${fileURLToPath(new URL('install.ts', import.meta.url))}`,
  };
  await follow('README.md', substitutes, built());
});

/** A clone has been installed before its tests can run. */
const installed = { 'npm ci && npm start': 'npm start' };

test('docs/tutorial.md', { timeout: 120_000 }, () => follow('docs/tutorial.md', installed));

test('docs/scripts.md', { timeout: 120_000 }, () => follow('docs/scripts.md', { 'npm start': lab() }, built()));
