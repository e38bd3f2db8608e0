import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const fileOf = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

test('docs/testing.md shows the simulator of the example as it stands', async () => {
  expect(await fileOf('docs/testing.md')).toContain(await fileOf('examples/driver-project/simulator.ts'));
});
