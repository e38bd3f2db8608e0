import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, vi } from 'vitest';
import { allReady, type Service, startService } from '../process/service.ts';
import { launch, openPage } from './browser.ts';
import { builtDashboard } from './dashboard.ts';

/** Nobody waits for less than a browser on a busy machine takes. */
export const eventually = { timeout: 20_000 };

export interface BrowserLab {
  readonly service: Service;
  readonly browser: Browser;
  /** A page of the dashboard, by what stands behind its address. */
  open(hash: string, width?: number): Promise<{ page: Page; complaints: string[] }>;
}

/**
 * A service as a process of its own, and a browser, for all tests of a suite. A test that is tried again has a service anew:
 * what the try before it has stopped, broken or sent is no part of it.
 *
 * @param config A configuration, or the path of one.
 */
export function browserLab(config: string, begin: (service: Service) => Promise<unknown> = allReady): BrowserLab {
  vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
  const folder = mkdtempSync(join(tmpdir(), 'bellcrank-page-'));
  const file = config.endsWith('.yaml') ? config : join(folder, 'bellcrank.yaml');
  let service: Service | undefined;
  let browser: Browser | undefined;
  const start = async (): Promise<void> => {
    const env = { BELLCRANK_STORE__DIRECTORY: mkdtempSync(join(folder, 'data-')) };
    service = await startService(file, env, { endsWithTest: false });
    await begin(service);
  };
  beforeAll(async () => {
    await builtDashboard();
    if (file !== config) writeFileSync(file, config);
    [browser] = await Promise.all([launch(), start()]);
  });
  beforeEach(async ({ task }) => {
    if ((task.result?.retryCount ?? 0) === 0) return;
    await service?.end('SIGKILL');
    await start();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.end('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    get service() {
      return there(service);
    },
    get browser() {
      return there(browser);
    },
    open: (hash, width) => openPage(there(browser), `${there(service).url}/${hash}`, width),
  };
}

function there<T>(thing: T | undefined): T {
  if (thing === undefined) throw new Error('the suite has not begun');
  return thing;
}
