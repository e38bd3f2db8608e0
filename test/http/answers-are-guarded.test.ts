import { expect, test } from 'vitest';
import { served } from '../support/served.ts';

const paths = [
  '/',
  '/assets/nothing.js',
  '/docs/static/index.html',
  '/docs',
  '/openapi.json',
  '/health/live',
  '/v1/devices',
  '/v1/devices/nothing',
  '/v1/nothing',
  '/nothing',
  '/%zz',
  `/v1/devices/${'x'.repeat(300)}`,
  '/problems',
  '/problems/expired',
  '/v1/asyncapi.json',
];

test.each(paths)('%s is not guessed at, framed, or lent to other sites', async (path) => {
  const { url } = await served('server: { port: 0 }');
  const { headers } = await fetch(url + path, { headers: { accept: 'text/html, */*' } });
  const all = Object.fromEntries(headers);
  expect(all).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  });
  expect(all['content-security-policy']).toMatch(/default-src '(none|self)';.*frame-ancestors '(none|self)'/);
  expect(all['cache-control']).toBeDefined();
  expect(all).not.toHaveProperty('strict-transport-security');
  expect(all).not.toHaveProperty('x-powered-by');
});

test('the stream as well', async () => {
  const { url } = await served('server: { port: 0 }');
  const { headers, body } = await fetch(`${url}/v1/stream`);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
  await body?.cancel();
});
