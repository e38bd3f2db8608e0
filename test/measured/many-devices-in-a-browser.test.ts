import type { Page } from 'playwright-core';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { launch, openPage } from '../support/browser.ts';
import { builtDashboard } from '../support/dashboard.ts';
import { startFakeLab } from '../support/fake-lab.ts';
import { needs } from '../support/needs.ts';

vi.setConfig({ testTimeout: 120_000 });

const row = (page: Page, id: string) =>
  page.getByRole('row').filter({ has: page.getByRole('link', { name: id, exact: true }) });

describe.skipIf(!needs('chromium', 'how smooth the dashboard is'))('the dashboard', () => {
  test('300 devices with ten changes a second each: what is seen moves, and the page stays smooth', async () => {
    await builtDashboard();
    const browser = await launch();
    onTestFinished(() => browser.close());
    const lab = await startFakeLab({ devices: 300, perSecond: 10 });
    const { page, complaints } = await openPage(browser, lab.url, 1280);
    await page.getByText('Live', { exact: true }).waitFor();
    await row(page, 'psu-000').waitFor();
    expect(await page.locator('.device-table a.name').count()).toBe(300);
    const { cpu, result } = await cpuShare(page, () => page.evaluate<Smoothness>(measure));
    process.stdout.write(`300 devices: ${JSON.stringify({ cpu, ...result, told: lab.told() })}\n`);
    // Tasks and frames take as long as the machine lets them; what the page asks of a processor is its own.
    expect(cpu).toBeLessThan(0.6);
    await row(page, 'psu-299').scrollIntoViewIfNeeded();
    const before = await row(page, 'psu-299').innerText();
    await expect.poll(() => row(page, 'psu-299').innerText()).not.toBe(before);
    await page.getByLabel('Search').fill('psu-123');
    await expect.poll(() => page.locator('.device-table a.name').count()).toBe(1);
    expect(complaints).toEqual([]);
  });
});

interface Smoothness {
  /** Longest stretch of the main thread without a break, ms. */
  readonly longestTask: number;
  readonly tasksOver50: number;
  /** Between frames, ms. */
  readonly medianFrame: number;
  readonly worstFrame: number;
}

/** Runs in the page, while it is scrolled up and down. */
const measure = `(async () => {
  const totalMs = 8000, tasks = [], frames = [];
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });
  const height = document.documentElement.scrollHeight;
  await new Promise((resolve) => {
    let first, last;
    const frame = (now) => {
      first ??= now;
      if (last !== undefined) frames.push(now - last);
      last = now;
      scrollTo(0, height * (1 - Math.abs(2 * (((now - first) % 4000) / 4000) - 1)));
      if (now - first < totalMs) requestAnimationFrame(frame);
      else resolve();
    };
    requestAnimationFrame(frame);
  });
  frames.sort((a, b) => a - b);
  return {
    longestTask: Math.round(Math.max(0, ...tasks)),
    tasksOver50: tasks.length,
    medianFrame: Math.round(frames[frames.length >> 1]),
    worstFrame: Math.round(frames.at(-1)),
  };
})()`;

/** What a page's main thread costs while something is done: CPU seconds a second, whatever else the machine does. */
async function cpuShare<T>(page: Page, does: () => Promise<T>): Promise<{ readonly cpu: number; readonly result: T }> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const read = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    const value = (wanted: string): number => metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN;
    return { wall: value('Timestamp'), thread: value('ThreadTime') };
  };
  const before = await read();
  const result = await does();
  const after = await read();
  await session.detach();
  return { cpu: (after.thread - before.thread) / (after.wall - before.wall), result };
}
