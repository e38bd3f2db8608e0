import { expect, test } from 'vitest';
import type { Config } from '../config/index.ts';
import { welcome } from './welcome.ts';

test.each([
  // The store may be where only the environment of the service says, and its files another user's.
  ['http://127.0.0.1:7081', '--url http://127.0.0.1:7081'],
  ['http://[::1]:7080', "--url 'http://[::1]:7080'"],
  // Nobody has said yet who believes its certificate.
  ['https://127.0.0.1:7443', '--config a.yaml'],
])('who is at %s makes the first key with %s', (url, where) => {
  const config = { source: 'a.yaml', devices: {}, discovery: {}, connections: {} } as unknown as Config; // as below
  const access = { isClosed: () => false, isInsecure: () => false };
  const told = welcome(url, config, [], { access, trouble: () => undefined });
  expect(told).toContain(`a key closes it: bellcrank keys create ${where} --name me --role admin\n`);
});

test.each([
  ['http://127.0.0.1:7080', 'http://127.0.0.1:7080', '-s'],
  ['http://0.0.0.0:7080', 'http://localhost:7080', '-s'],
  ['https://[::]:7443', 'https://localhost:7443', '-sS'],
  ['http://10.0.0.0:7080', 'http://10.0.0.0:7080', '-s'],
])('who is told to try %s asks at %s', (url, here, quietly) => {
  // Nothing else of it is looked at.
  const config = { source: 'a.yaml', devices: {}, discovery: {}, connections: {} } as unknown as Config;
  const access = { isClosed: () => true, isInsecure: () => false };
  expect(welcome(url, config, [], { access, trouble: () => undefined })).toBe(`
Bellcrank serves ${url}
Documentation ${here}/docs

Try:
  curl ${quietly} ${here}/v1/devices -H "Authorization: Bearer $BELLCRANK_API_KEY"

`);
});
