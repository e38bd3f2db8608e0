import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { BellcrankError, type ErrorCode } from '../../src/errors.ts';
import { type Problem, problemOf, problemTypes } from '../../src/http/problem.ts';
import { httpOver } from '../support/http.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { toyDriver } from '../support/toy.ts';

const folder = new URL('../../docs/problems/', import.meta.url);
// The table is typed by the codes, so its keys are codes.
const codes = Object.keys(problemTypes) as ErrorCode[];
const files = (await readdir(folder)).sort();
const textOf = (file: string): Promise<string> => readFile(new URL(file, folder), 'utf8');
const pages = await Promise.all(codes.map(async (code) => [code, await textOf(`${code}.md`)] as const));
const http = await httpOver(createRig(toyDriver(), { line: new MemoryLine(() => {}) }, []));
const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const get = (url: string, accept = browser) => http.inject({ url, headers: { accept } });

test('every code has a page, and every page a code', () => {
  expect(files).toEqual([...codes.map((code) => `${code}.md`), 'README.md'].sort());
});

test('the index has each code once, with its status and title', async () => {
  const rows = (await textOf('README.md')).matchAll(/^\| (\d+) +\| \[`([a-z-]+)`\]\(\2\.md\) +\| (.*?) +\|$/gm);
  const listed = [...rows].map(([, status, code, title]) => `${code} ${status} ${title}`);
  const table = codes.map((code) => `${code} ${problemTypes[code].status} ${problemTypes[code].title}`);
  expect(listed.sort()).toEqual(table.sort());
});

describe.each(pages)('%s', (code, page) => {
  const { status, title } = problemTypes[code];

  test('says its name, its status, and what everybody wants to know', () => {
    expect(page.split('\n').slice(0, 3)).toEqual([`# ${code}`, '', `**${status}** ${title}.`]);
    const headings = [...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual([
      'What happened',
      'What is known of the hardware',
      'What to do',
      'Trying again',
      'Example',
    ]);
  });

  test('has an example that the service could have written', () => {
    const example = JSON.parse(/```json\n([^]*?)```/.exec(page)?.[1] ?? '') as Problem;
    const { detail, commandId, simulated, outcome, reason, device, errors } = example;
    const details = Object.entries({ outcome, reason, device, errors }).filter(([, value]) => value !== undefined);
    // What a page says is checked by what becomes of it.
    const error = new BellcrankError(code, detail, Object.fromEntries(details));
    const written = problemOf(error, {
      ...(commandId === undefined ? {} : { commandId }),
      ...(simulated === undefined ? {} : { simulated }),
    });
    expect(example).toEqual(written);
  });
});

test('links lead to pages, here as in the documentation', async () => {
  for (const file of files) {
    const links = [...(await textOf(file)).matchAll(/\]\(([^)]*)\)/g)].map(([, link = '']) => link);
    expect(links.length, file).toBeGreaterThan(0);
    expect(
      links.filter((link) => !files.includes(link)),
      file,
    ).toEqual([]);
    const page = (await get(`/problems/${file}`)).body;
    const targets = [...page.matchAll(/href="([^"]*)"/g)].map(([, target = '']) => target);
    expect(targets).toHaveLength(links.length + 1);
    for (const target of targets) {
      expect(target).not.toContain('.md');
      expect((await get(target)).statusCode, target).toBe(200);
    }
  }
});

test('a browser gets a page that runs nothing and loads nothing but its stylesheet', async () => {
  const { statusCode, headers, body } = await get('/problems/device-timeout');
  expect(statusCode).toBe(200);
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  expect(headers['content-security-policy']).toBe(
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers.vary).toBe('accept');
  expect(body).toContain('<title>device-timeout · Bellcrank</title>');
  expect(body).toContain('<h1>device-timeout</h1>');
  expect(body).toContain('&quot;outcome&quot;: &quot;unknown&quot;');
  expect(body).not.toMatch(/<script|<style|style=|\son\w+=/);
  const style = await get('/problems/style.css', 'text/css,*/*;q=0.1');
  expect(style.headers['content-type']).toBe('text/css; charset=utf-8');
  expect(style.body).toContain('color-scheme: light dark');
});

test.each([
  ['*/*', 'text/markdown'],
  ['text/markdown', 'text/markdown'],
  ['text/plain', 'text/markdown'],
  ['text/*', 'text/markdown'],
  ['application/json', 'text/markdown'],
  ['text/html;q=0', 'text/markdown'],
  ['text/markdown, text/html;q=0.5', 'text/markdown'],
  ['text/html;q=oops, ;;,', 'text/markdown'],
  ['text/html', 'text/html'],
  [browser, 'text/html'],
])('Accept: %s gets %s', async (accept, type) => {
  for (const url of ['/problems/', '/problems/stopped']) {
    const { statusCode, headers } = await get(url, accept);
    expect([statusCode, headers['content-type']]).toEqual([200, `${type}; charset=utf-8`]);
  }
});

test('without Accept it is the file as it stands; `type` leads there', async () => {
  const { type } = problemOf(new BellcrankError('leased', 'x'));
  const { body } = await http.inject({ url: type });
  expect(body).toBe(await textOf('leased.md'));
});

test('the index is at /problems and /problems/', async () => {
  for (const url of ['/problems', '/problems/']) {
    expect((await get(url)).body).toContain('<a href="/problems/interrupted"><code>interrupted</code></a>');
  }
});

test.each([
  'unheard-of',
  'constructor',
  '__proto__',
  'style.css.md',
  'DEVICE-TIMEOUT',
  '.md',
  '..%2f..%2fpackage.json',
  '..%2fconfiguration.md',
  '%2e%2e%2fconfiguration',
  '..%5cconfiguration',
  '%2fetc%2fpasswd',
  'file:%2f%2f%2fetc%2fpasswd',
  'stopped%00',
  'stopped.md.md',
  '../docs/configuration.md',
])('/problems/%s is no page', async (name) => {
  const { statusCode, headers, body } = await get(`/problems/${name}`);
  expect(statusCode).toBe(404);
  expect(headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(JSON.parse(body)).toMatchObject({ status: 404, code: 'not-found' });
});

test('what is not known in its query is not ignored', async () => {
  expect((await get('/problems/stopped?x=1')).statusCode).toBe(400);
});
