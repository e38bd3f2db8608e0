import { expect, test } from 'vitest';
import { runHere } from './here.ts';

test.each([
  ['release', "error: unknown command 'release'; there is: bellcrank stop --release DEVICE"],
  ['read', "error: unknown command 'read'; there is: bellcrank get DEVICE PROPERTY"],
  ['devcies', "error: unknown command 'devcies'\n(Did you mean devices?)"],
])('%s is no sub-command, and what is meant is told', async (word, said) => {
  const { code, stderr } = await runHere([word, 'psu-1']);
  expect(code).toBe(2);
  expect(stderr).toContain(said);
});
