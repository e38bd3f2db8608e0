import { expect, test } from 'vitest';
import { createLab } from '../../src/testing/index.ts';

/** Where a consumer goes on with its key. */
test.each([
  [undefined, 'http'],
  ['https', 'https'],
  ['HTTPS', 'https'],
  ['https, http', 'https'],
  ['http', 'http'],
  ['gopher', 'http'],
  ['', 'http'],
])('what a proxy says of its way here (%s) is where descriptions lead: %s', async (proto, scheme) => {
  await using lab = await createLab({ devices: { it: { model: 'scpi-supply' } } });
  const headers = { host: 'localhost:7443', ...(proto !== undefined && { 'x-forwarded-proto': proto }) };
  const td = (await lab.http.inject({ url: '/v1/devices/it/td', headers })).json<{ base: string; id: string }>();
  expect([td.base, td.id]).toEqual([`${scheme}://localhost:7443/`, `${scheme}://localhost:7443/v1/devices/it`]);
  const stream = await lab.http.inject({ url: '/v1/asyncapi.json', headers });
  expect(stream.json()).toMatchObject({ servers: { service: { protocol: scheme, host: 'localhost:7443' } } });
});
