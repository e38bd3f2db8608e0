import { copyFileSync, mkdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Requests to anything but the service. */
export function foreignRequests(page: Page, url: string): string[] {
  const foreign: string[] = [];
  page.on('request', (request) => {
    const own = request.url().startsWith(`${url}/`) || /^(blob|data):/.test(request.url());
    if (!own) foreign.push(request.url());
  });
  return foreign;
}

/** By how many pixels the page is wider than its window. */
export async function overhang(page: Page): Promise<number> {
  return await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
}

/** How much of the page has jumped since it was loaded, without anybody's doing (Layout Instability API; 0.1 is good). */
export async function watchJumps(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(`globalThis.jumped = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.jumped += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });`);
  return () => page.evaluate<number>('globalThis.jumped');
}

const folder = fileURLToPath(new URL('../browser/screenshots/', import.meta.url));
const images = fileURLToPath(new URL('../../docs/images/', import.meta.url));

/** Those that README and docs show. */
const shown = new Set(['devices', 'unknown', 'simulators'].flatMap((name) => [name, `${name}-dark`]));

/** With BELLCRANK_SCREENSHOTS=1 pictures are taken: drawing them costs more than most of what is tested. */
const isWanted = process.env['BELLCRANK_SCREENSHOTS'] === '1';

/** A picture of the page for whoever wants to see what a run has shown; those that the docs show are taken anew. */
export async function shoot(page: Page, name: string): Promise<void> {
  if (!isWanted) return;
  const path = await keepPicture(page, name);
  if (!shown.has(name)) return;
  expect(statSync(path).size).toBeLessThan(300_000);
  mkdirSync(images, { recursive: true });
  copyFileSync(path, `${images}${name}.png`);
}

/** A picture of the page, kept in any case; its path. */
export async function keepPicture(page: Page, name: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const path = `${folder}${name}.png`;
  await page.screenshot({ path, animations: 'disabled' });
  return path;
}
