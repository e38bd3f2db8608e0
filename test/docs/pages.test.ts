import { fileURLToPath } from 'node:url';
import { onTestFinished, test } from 'vitest';
import { packed } from '../support/packed.ts';
import { Reader, type Substitutes } from './reader.ts';

/** Each page is followed from top to bottom: every block is run, written to its file, or held against what came before. */

async function follow(page: string, substitutes: Substitutes): Promise<void> {
  const reader = await Reader.of(page, substitutes);
  onTestFinished(() => reader.close());
  await reader.read();
}

/** A clone has been installed before its tests can run. */
const installed = { 'npm ci && npm start': 'npm start' };

test('README.md', { timeout: 300_000 }, async () => {
  await packed();
  await follow('README.md', {
    ...installed,
    'npm pack\n': '',
    'npm install ../bellcrank-0.1.0.tgz': `node ${fileURLToPath(new URL('install.ts', import.meta.url))}`,
  });
});

test('docs/tutorial.md', { timeout: 120_000 }, () => follow('docs/tutorial.md', installed));

test('docs/scripts.md', { timeout: 120_000 }, () => follow('docs/scripts.md', {}));
