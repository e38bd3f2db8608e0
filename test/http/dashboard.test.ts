import Fastify from 'fastify';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { dashboardRoutes } from '../../src/http/dashboard/routes.ts';
import { guardAnswers } from '../../src/http/guards/answers.ts';
import { Way } from '../../src/http/way.ts';
import { builtDashboard } from '../support/dashboard.ts';
import { httpOver } from '../support/http.ts';
import { createRig } from '../support/rig.ts';
import { toyDriver } from '../support/toy.ts';

const html = '<!doctype html><script>stop();</script><script type="module" src="/assets/index-1.js"></script>';

async function serving(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'bellcrank-dashboard-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, text: string): void => {
    mkdirSync(join(folder, 'build/assets'), { recursive: true });
    writeFileSync(join(folder, 'build', name), text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  const app = Fastify();
  onTestFinished(() => app.close());
  guardAnswers(app, new Way(app), 100);
  dashboardRoutes(app, pathToFileURL(join(folder, 'build/')));
  const get = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers });
  return { get, write };
}

test('the page may load what this service has for it, and runs the script that stands in it as it was built', async () => {
  const { get } = await serving({ 'index.html': html });
  const { statusCode, headers, body } = await get('/');
  expect([statusCode, body]).toEqual([200, html]);
  const policy = String(headers['content-security-policy']);
  const hash = createHash('sha256').update('stop();').digest('base64');
  expect(policy).toContain(`default-src 'none'; script-src 'self' 'sha256-${hash}'; style-src 'self';`);
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|http|\*/);
  expect(headers).toMatchObject({
    'cache-control': 'no-cache',
    'content-type': 'text/html; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
  });
});

test('what it is made of is kept for good, and comes compressed to who can read that', async () => {
  const { get } = await serving({ 'assets/index-1.js': 'plain', 'assets/index-1.js.br': 'smaller' });
  const plain = await get('/assets/index-1.js');
  expect([plain.statusCode, plain.body]).toEqual([200, 'plain']);
  expect(plain.headers).toMatchObject({
    'cache-control': 'public, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
  });
  expect(plain.headers['content-type']).toMatch(/javascript/);
  const small = await get('/assets/index-1.js', { 'accept-encoding': 'gzip, br' });
  expect(small.body).toBe('smaller');
  expect(small.headers).toMatchObject({ 'content-encoding': 'br', vary: 'accept-encoding' });
  expect(small.headers['content-type']).toBe(plain.headers['content-type']);
});

test.each(['/assets/', '/assets/nope.js', '/assets/../index.html', '/assets/%2e%2e/index.html', '/assets/.sources'])(
  'nothing else is served: %s',
  async (url) => {
    const { get } = await serving({ 'index.html': html, 'assets/.sources': 'secret', 'assets/a.js': '' });
    expect((await get(url)).statusCode).toBeGreaterThanOrEqual(400);
  },
);

test('where it was not built the page says what to run, and stops all the same; built later, it is there', async () => {
  const { get, write } = await serving({});
  const missing = await get('/');
  expect(missing.statusCode).toBe(503);
  expect(missing.body).toContain('npm run dashboard:build');
  expect(missing.body).toContain('action="/v1/stop"');
  expect(String(missing.headers['content-security-policy'])).toContain("form-action 'self'");
  expect((await get('/assets/a.js')).statusCode).toBe(404);
  write('index.html', html);
  write('assets/a.js', 'a');
  expect((await get('/')).statusCode).toBe(200);
  expect((await get('/assets/a.js')).body).toBe('a');
});

test(
  'as it is built, nothing of it comes from elsewhere, and Stop stands in the page itself',
  { timeout: 120_000 },
  async () => {
    const page = readFileSync(join(await builtDashboard(), 'index.html'), 'utf8');
    expect(page).toMatch(/<form id="stop" method="post" action="\/v1\/stop">/);
    const [, boot = ''] = /<script>([^]*?)<\/script>/.exec(page) ?? [];
    expect(boot).toContain('/v1/stop');
    expect(boot).not.toMatch(/\bimport\b\s*[({'"]|require\(/);
    expect(page.replace(boot, '')).not.toMatch(/https?:|\/\/[a-z]|\son\w+=|\sstyle=/);
    const loaded = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url = '']) => url);
    expect(loaded.length).toBeGreaterThan(2);
    expect(loaded.filter((url) => !/^(\/assets\/|data:,$)/.test(url))).toEqual([]);
  },
);

test('the page is there while the service still starts; what asks for devices waits', async () => {
  const rig = createRig(toyDriver(), {}, []);
  const never = new Promise<void>(() => {});
  const app = await httpOver(rig, { opening: { started: never, known: never } });
  onTestFinished(() => app.close());
  expect((await app.inject({ url: '/' })).headers['content-type']).toContain('text/html');
  const waits = app.inject({ url: '/v1/devices' }).then(() => 'answered');
  const turn = new Promise((resolve) => setImmediate(resolve, 'waits'));
  expect(await Promise.race([waits, turn])).toBe('waits');
});
