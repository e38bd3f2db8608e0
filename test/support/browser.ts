import { type Browser, chromium, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { browserPath } from './needs.ts';

/**
 * The system's own browser, without a sandbox of its own where the tests run as root. It draws without a process for a
 * graphics card that is not there, which takes half the time, and starts none that others are forked from.
 */
export async function launch(): Promise<Browser> {
  return await chromium.launch({
    executablePath: browserPath() ?? '',
    args: ['--no-sandbox', '--no-zygote', '--disable-dev-shm-usage', '--disable-gpu', '--in-process-gpu'],
  });
}

/** A page, and everything that it complained of: what the content security policy keeps away is there, too. */
export async function openPage(
  browser: Browser,
  url: string,
  width = 1000,
): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  onTestFinished(() => page.close());
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // A request that is refused, as asked for, is written there as well.
    const refused = /status of 4\d\d/.test(message.text());
    if (['error', 'warning'].includes(message.type()) && !refused) complaints.push(message.text());
  });
  await page.goto(url);
  return { page, complaints };
}
