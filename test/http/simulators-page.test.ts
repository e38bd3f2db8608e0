import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { httpOver } from '../support/http.ts';
import { createRig } from '../support/rig.ts';
import { toyDriver } from '../support/toy.ts';

const folder = new URL('../../src/dashboard/', import.meta.url);

async function page() {
  const http = await httpOver(createRig(toyDriver(), {}, []));
  return (url: string) => http.inject({ url });
}

test('the page is served with all that it is made of, and may load nothing else', async () => {
  const get = await page();
  const html = await get('/simulators');
  expect(html.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-cache',
  });
  const policy = String(html.headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'");
  expect(policy).not.toContain('unsafe');
  expect(html.body).toContain('SIMULATED');
  const own = readdirSync(folder).filter((name) => /\.(js|css)$/.test(name));
  for (const name of own) {
    const { statusCode, headers } = await get(`/simulators/${name}`);
    expect([name, statusCode]).toEqual([name, 200]);
    expect(headers['content-type']).toMatch(name.endsWith('.js') ? /^text\/javascript/ : /^text\/css/);
  }
});

test('nothing of it comes from elsewhere, stands in the page as code, or is markup made of texts', async () => {
  const get = await page();
  const own = readdirSync(folder).filter((name) => /\.(js|css)$/.test(name));
  const texts = [(await get('/simulators')).body];
  for (const name of own) texts.push((await get(`/simulators/${name}`)).body);
  for (const text of texts) {
    expect(text).not.toMatch(/https?:\/\//);
    expect(text).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function/);
    expect(text).not.toMatch(/<[^>]+\s(on\w+|style)=/);
    expect(text).not.toMatch(/<script(?![^>]*src=)/);
  }
});

test.each(['tsconfig.json', 'types.d.ts', '../http/server.ts', '%2e%2e/http/server.ts', 'page.html', 'toString'])(
  'other files are not served: %s',
  async (name) => {
    const get = await page();
    expect((await get(`/simulators/${name}`)).statusCode).toBe(404);
  },
);
