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

test('what is no word below a sub-command is not taken for one of the program', async () => {
  const { code, stderr } = await runHere(['lease', 'list']);
  expect([code, stderr]).toEqual([2, "error: unknown command 'list'\n(--help tells more)\n"]);
});
