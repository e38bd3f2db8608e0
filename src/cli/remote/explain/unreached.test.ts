import { expect, test } from 'vitest';
import { Unreachable } from '../../../client/index.ts';
import type { Service } from '../service.ts';
import { explain } from './explain.ts';

const elsewhere = 'name it with --url, BELLCRANK_URL or --profile.';
const start = `Start it with: bellcrank serve --config FILE. If it runs elsewhere, ${elsewhere}`;

test.each([
  ['nobody there', 'http://127.0.0.1:1', 'cannot be reached: connect ECONNREFUSED', 'no', [start]],
  ['on another machine', 'http://lab:1', 'cannot be reached', 'no', [`If it is another, ${elsewhere}`]],
  [
    'one that may speak HTTPS',
    'http://localhost:7443',
    'gave no answer; the request may have arrived: other side closed',
    'maybe',
    [start, 'If it speaks HTTPS, that is https://localhost:7443'],
  ],
  ['one whose certificate is not believed', 'https://localhost:7443', '… in NODE_EXTRA_CA_CERTS', 'no', []],
] as const)('%s', async (_, url, message, sent, lines) => {
  // Nothing else of the service is asked for.
  const service = { connection: { url } } as Service;
  const explained = await explain(new Unreachable(message, sent), service);
  expect(explained.lines).toEqual([message, ...lines]);
});

test('a command whose end could not be learnt is unknown, whoever asks', async () => {
  const service = { connection: { url: 'http://lab:1' } } as Service;
  const error = new Unreachable('… command c-1 was accepted', 'maybe', undefined, { commandId: 'c-1' });
  const { exitCode, problem } = await explain(error, service);
  expect([exitCode, problem]).toEqual([6, expect.objectContaining({ sent: 'maybe', commandId: 'c-1' })]);
});
