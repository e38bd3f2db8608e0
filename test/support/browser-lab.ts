import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, vi } from 'vitest';
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
 * A service as a process of its own, and a browser, for all tests of a suite.
 *
 * @param config A configuration, or the path of one.
 */
export function browserLab(config: string, begin: (service: Service) => Promise<unknown> = allReady): BrowserLab {
  vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
  const folder = mkdtempSync(join(tmpdir(), 'bellcrank-page-'));
  let service: Service | undefined;
  let browser: Browser | undefined;
  beforeAll(async () => {
    await builtDashboard();
    const file = config.endsWith('.yaml') ? config : join(folder, 'bellcrank.yaml');
    if (file !== config) writeFileSync(file, config);
    const env = { BELLCRANK_STORE__DIRECTORY: join(folder, 'data') };
    [browser, service] = await Promise.all([launch(), startService(file, env, { endsWithTest: false })]);
    await begin(service);
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
