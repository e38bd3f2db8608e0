import { expect, test } from 'vitest';
import { load, problemsOf } from './fixture.ts';

const secret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const env = { PAGER: secret, SHORT: `whsec_${Buffer.alloc(23).toString('base64')}`, PLAIN: 'hunter2-is-the-secret' };

const webhooks = (...lines: string[]): string => `webhooks:\n  - ${lines.join('\n    ')}\n`;
const good = ['name: pager', 'url: https://example.org/hook?token=hidden'];
const problems = (...lines: string[]) => problemsOf(webhooks(...lines), { env });

test('a webhook is built as plain data, with its defaults, its secret from the environment', async () => {
  const result = await load(webhooks(...good, 'secret: { env: PAGER }'), { env });
  expect(result.ok && result.config.webhooks).toEqual([
    {
      name: 'pager',
      url: 'https://example.org/hook?token=hidden',
      secret,
      types: ['alarm'],
      allowHttp: false,
      timeoutMs: 10_000,
      queueEvents: 1000,
      queueMegabytes: 4,
    },
  ]);
  expect(await load('devices: {}')).toMatchObject({ ok: true, config: { webhooks: [] } });
});

test.each(['http://127.0.0.1:8080/hook', 'http://[::1]:8080/hook', 'http://localhost/hook', 'https://10.0.0.1/hook'])(
  '%s is fine',
  async (url) => {
    expect(await problems('name: pager', `url: '${url}'`, 'secret: { env: PAGER }')).toEqual([]);
  },
);

test('http to other machines is fine where it is allowed', async () => {
  expect(
    await problems('name: pager', 'url: http://10.0.0.1/hook', 'secret: { env: PAGER }', 'allowHttp: true'),
  ).toEqual([]);
});

const at = 'lab.yaml:3:10: webhooks[0].url: must';
const atSecret =
  'lab.yaml:4:13: webhooks[0].secret: must be whsec_ and 24 to 64 random bytes in base64; this makes one: echo "whsec_$(openssl rand -base64 32)"';

test.each([
  [['url: http://10.0.0.1/hook'], `${at} begin with https://: http is for this machine only, unless allowHttp is true`],
  [['url: ftp://example.org'], `${at} be a URL that begins with https:// (or http://)`],
  [['url: example.org/hook'], `${at} be a URL that begins with https:// (or http://)`],
  [
    ['url: https://me:hunter2@example.org'],
    `${at} have no user and password in it; what is sent is signed with the secret`,
  ],
  [["url: 'https://example.org/#x'"], `${at} have no # in it; what follows is never sent`],
])('%j is told with its place', async ([url = ''], expected) => {
  expect(await problems('name: pager', url, 'secret: { env: PAGER }')).toEqual([expected]);
});

test.each([['{ env: SHORT }'], ['{ env: PLAIN }'], ['whsec_$$$'], ['whsec_']])(
  'the secret %s is none, and is not told',
  async (reference) => {
    expect(await problems(...good, `secret: ${reference}`)).toEqual([atSecret]);
  },
);

test('whatever is wrong, neither the secret nor the URL is told', async () => {
  const wrong = [
    ...(await problems(...good, 'secret: { env: PAGER }', 'types: [alarms]')),
    ...(await problems(...good, 'secret: { env: NOT_SET }')),
    ...(await problems(...good, 'secrt: { env: PAGER }')),
    ...(await problems(...good, `secret: [${secret}]`)),
    ...(await problems('name: pager', 'url: [https://example.org/hidden]', 'secret: { env: PAGER }')),
    ...(await problems(...good, 'secret: { env: PAGER }', 'queueEvents: 0', 'timeoutMs: 1', 'queueMegabytes: 17')),
  ];
  expect(wrong.length).toBeGreaterThan(8);
  for (const hidden of [secret, secret.slice(6), 'hidden', 'hunter2']) expect(wrong.join('\n')).not.toContain(hidden);
  expect(wrong).toContain('lab.yaml:4:13: webhooks[0].secret: the environment variable NOT_SET is not set');
});

test('two of one name', async () => {
  const one = webhooks(...good, 'secret: { env: PAGER }');
  expect(await problemsOf(one + one.replace('webhooks:\n', ''), { env })).toEqual([
    'lab.yaml:5:11: webhooks[1].name: is the name of webhooks[0] already',
  ]);
});
