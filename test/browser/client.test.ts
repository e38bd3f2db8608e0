import { createServer as createHttpServer } from 'node:http';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { allReady, type Service, startService } from '../process/service.ts';
import { launch } from '../support/browser.ts';
import { needs } from '../support/needs.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const root = fileURLToPath(new URL('../..', import.meta.url));
const config = (panel: string): string => `
server: { cors: { origins: ['${panel}'] } }
connections:
  psu-line: { simulate: { model: scpi-supply, via: memory, options: { outputOn: true } } }
devices:
  psu-1: { driver: scpi-supply, connection: psu-line }
`;

/** What the page does, as a page of somebody's does it; it is text, since it runs there. */
const script = `
import { connect, BellcrankProblem, CommandNotSent } from './src/client/index.ts';
const lab = connect();
const psu = lab.device('psu-1');
window.done = (async () => {
  const states = [];
  const values = psu.properties.voltageSetpoint.watch({ onState: (state) => states.push(state) });
  let sent;
  const seen = [];
  for await (const { value, cause } of values) {
    seen.push({ value, cause: cause?.kind });
    sent ??= await psu.commands.setVoltage({ volts: 7.5 });
    if (value === 7.5) break;
  }
  const held = await psu.hold({ ttlMs: 2000 }, (mine) => mine.commands.setVoltage({ volts: 1 }));
  const invalid = await psu.commands.setVoltage({ volt: 1 }).catch((error) => error);
  const stop = await psu.stop();
  const stopped = await psu.commands.setVoltage({ volts: 1 }).catch((error) => error);
  await psu.release();
  return {
    url: lab.http.url, sent, seen, states, held: held.outcome, stop: stop.outcome,
    invalid: [invalid instanceof BellcrankProblem, invalid.code, invalid.errors],
    stopped: [stopped instanceof CommandNotSent, stopped.code],
  };
})();
`;

/** One command, on a connection that has been used before. */
const once = `
import { connect } from './src/client/index.ts';
const lab = connect();
window.done = (async () => {
  await lab.devices();
  const told = ({ id, outcome }) => ({ id, outcome });
  return await lab.device('psu-1').commands.setVoltage({ volts: 3 }).then(told, told);
})();
`;

/** A page of another origin that is named in the configuration, without a key. */
const foreign = (url: string): string => `<!doctype html><script>
window.done = (async () => {
  const source = new EventSource('${url}/v1/stream?device=psu-1');
  const synced = await new Promise((resolve) => source.addEventListener('synced', resolve));
  source.close();
  const lease = await fetch('${url}/v1/devices/psu-1/lease', { method: 'PUT' });
  return { ...JSON.parse(synced.data), refused: [lease.status, (await lease.json()).detail] };
})();
</script>`;

/** Loses the first answer to a command, with the connection that it came on. */
async function lossy(url: string): Promise<string> {
  let lost = false;
  const server = createServer((near) => {
    const far = connect(Number(new URL(url).port), '127.0.0.1');
    let isCommand = false;
    near.on('data', (chunk) => {
      isCommand = !lost && chunk.includes('POST /v1/devices/psu-1/commands');
      far.write(chunk);
    });
    far.on('data', (chunk) => {
      if (isCommand) {
        lost = true;
        near.resetAndDestroy();
      } else near.write(chunk);
    });
    near.on('error', () => {}).on('close', () => far.destroy());
    far.on('error', () => {}).on('close', () => near.destroy());
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A page of the service's own origin, with the client's modules beside it, which have lost nothing but their types. */
async function openScript(page: Page, origin: string, text = script): Promise<void> {
  await page.route(`${origin}/mine/**`, async (route) => {
    const path = new URL(route.request().url()).pathname.slice('/mine/'.length);
    if (path === '') {
      await route.fulfill({
        contentType: 'text/html',
        body: '<!doctype html><script type="module" src="page.js"></script>',
      });
      return;
    }
    const body = path === 'page.js' ? text : stripTypeScriptTypes(readFileSync(join(root, path), 'utf8'));
    await route.fulfill({ contentType: 'text/javascript', body });
  });
  await page.goto(`${origin}/mine/`);
  await page.waitForFunction('window.done !== undefined');
}

describe.skipIf(!needs('chromium', 'the client in a browser'))('the client in a page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bellcrank-page-'));
  let browser: Browser;
  let service: Service;
  /** Where a page of another origin comes from; browsers let only those of this machine ask this machine. */
  const elsewhere = createHttpServer((_, response) =>
    response.setHeader('content-type', 'text/html').end(foreign(service.url)),
  );
  let panel: string;

  beforeAll(async () => {
    await new Promise<void>((resolve) => void elsewhere.listen(0, '127.0.0.1', resolve));
    panel = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
    const file = join(folder, 'bellcrank.yaml');
    writeFileSync(file, config(panel));
    const env = { BELLCRANK_STORE__DIRECTORY: join(folder, 'data') };
    [browser, service] = await Promise.all([launch(), startService(file, env, { endsWithTest: false })]);
    await allReady(service);
  });
  afterAll(async () => {
    await browser?.close();
    await service?.end('SIGKILL');
    elsewhere.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('runs commands, watches a property, keeps a lease and stops, on the page’s own origin', async () => {
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    await openScript(page, service.url);
    const result = await page.evaluate('window.done');
    expect(complaints).toEqual([]);
    expect(result).toMatchObject({
      url: service.url,
      sent: { outcome: 'succeeded', simulated: true, params: { volts: 7.5 } },
      states: ['connecting', 'open'],
      held: 'succeeded',
      stop: 'succeeded',
      invalid: [true, 'invalid-request', expect.arrayContaining([expect.objectContaining({ pointer: '/volts' })])],
      stopped: [true, 'stopped'],
    });
    const { seen } = result as { readonly seen: readonly { value: unknown; cause?: string }[] };
    expect(seen[0]?.cause).toBeUndefined();
    expect(seen.at(-1)).toEqual({ value: 7.5, cause: expect.stringMatching(/^(command|poll)$/) });
  });

  test('a page of another origin follows the stream, and reads why it may do no more', async () => {
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    await page.goto(panel);
    expect(await page.evaluate('window.done')).toEqual({
      at: expect.any(String),
      devices: 1,
      refused: [403, expect.stringContaining('Authorization: Bearer')],
    });
  });

  test('a browser that sends a request again by itself does not do the command twice', async () => {
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    const since = new Date().toISOString();
    await openScript(page, await lossy(service.url), once);
    const told = await page.evaluate('window.done');
    const answer = await fetch(`${service.url}/v1/commands?device=psu-1&command=set-voltage&from=${since}`);
    const { items } = (await answer.json()) as { readonly items: readonly { readonly id: string }[] };
    expect(items).toHaveLength(1);
    expect(told).toEqual({ id: items[0]?.id, outcome: 'succeeded' });
  });
});
