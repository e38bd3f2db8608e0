import type { Browser, Page } from 'playwright-core';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { launch, openPage } from '../support/browser.ts';
import { builtDashboard } from '../support/dashboard.ts';
import { startFakeLab } from '../support/fake-lab.ts';
import { needs } from '../support/needs.ts';

vi.setConfig({ testTimeout: 120_000 });

const row = (page: Page, id: string) =>
  page.getByRole('row').filter({ has: page.getByRole('link', { name: id, exact: true }) });

describe.skipIf(!needs('chromium', 'how smooth the dashboard is'))('the dashboard', () => {
  test('300 devices with ten changes a second each: what is seen moves, and costs little more than a page that stands still', async () => {
    await builtDashboard();
    const browser = await launch();
    onTestFinished(() => browser.close());
    const still = await opened(browser, 0);
    const base = await measured(still.page);
    await still.page.close();
    const { page, complaints, told } = await opened(browser, 10);
    const moving = await measured(page);
    process.stdout.write(`300 devices: ${JSON.stringify({ base, moving, told: told() })}\n`);
    // What scrolling takes is the machine's: where nothing but the processor draws, most of it. What changes take is the page's.
    expect(moving.work - base.work).toBeLessThan(0.18);
    expect(moving.thread / base.thread).toBeLessThan(1.5);
    await row(page, 'psu-299').scrollIntoViewIfNeeded();
    const before = await row(page, 'psu-299').innerText();
    await expect.poll(() => row(page, 'psu-299').innerText()).not.toBe(before);
    await page.getByLabel('Search').fill('psu-123');
    await expect.poll(() => page.locator('.device-table a.name').count()).toBe(1);
    expect(complaints).toEqual([]);
  });
});

/** The list of 300 devices that change so many times a second each. */
async function opened(browser: Browser, perSecond: number) {
  const lab = await startFakeLab({ devices: 300, perSecond });
  const { page, complaints } = await openPage(browser, lab.url, 1280);
  await page.getByText('Live', { exact: true }).waitFor();
  await row(page, 'psu-000').waitFor();
  expect(await page.locator('.device-table a.name').count()).toBe(300);
  return { page, complaints, told: lab.told };
}

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

/** Shares of one processor while it is scrolled. */
interface Shares extends Smoothness {
  /** Of the page's thread. */
  readonly thread: number;
  /** Of its scripts, and of finding out what everything looks like and where it stands: what the page itself asks for. */
  readonly work: number;
}

async function measured(page: Page): Promise<Shares> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const read = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    const value = (wanted: string): number => metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN;
    const work = value('ScriptDuration') + value('RecalcStyleDuration') + value('LayoutDuration');
    return { wall: value('Timestamp'), thread: value('ThreadTime'), work };
  };
  const before = await read();
  const smoothness = await page.evaluate<Smoothness>(measure);
  const after = await read();
  await session.detach();
  const wall = after.wall - before.wall;
  return { thread: (after.thread - before.thread) / wall, work: (after.work - before.work) / wall, ...smoothness };
}
