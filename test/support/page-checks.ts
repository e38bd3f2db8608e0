import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

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

const folder = fileURLToPath(new URL('../browser/screenshots/', import.meta.url));

/** A picture of the page, kept for whoever looks at what a run has shown. */
export async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: `${folder}${name}.png` });
}
