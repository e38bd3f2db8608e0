import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { simulators } from '../simulators/index.ts';
import { recordingChecks } from '../src/testing/index.ts';

const folder = fileURLToPath(new URL('recordings', import.meta.url));

// A folder for each model, and in it what one was asked and said. Whoever puts a recording there has made a test.
for (const model of readdirSync(folder)) {
  const kind = simulators.find((candidate) => candidate.model === model);
  describe(`the simulated ${model} answers as was recorded`, () => {
    if (kind === undefined) {
      test('has a simulator', () => expect.unreachable(`there is no simulator of ${model}`));
      return;
    }
    for (const { name, run } of recordingChecks(`${folder}/${model}`, kind)) test(name, run);
  });
}
