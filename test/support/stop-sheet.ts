import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/**
 * Stop was pressed: everything is stopped, and the page says so. A device that a busy machine keeps from answering in time
 * may still run: then that is what the page says, and its reader presses again.
 */
export async function everythingStops(page: Page, pressAgain = () => pressStop(page)): Promise<void> {
  const sheet = page.locator('#stop-report');
  const said = async (): Promise<string> => {
    await sheet.getByRole('heading', { name: /^(Stopped, but|Everything)/ }).waitFor();
    const text = await sheet.innerText();
    if (!text.startsWith('Everything is stopped')) await pressAgain();
    return text;
  };
  await expect.poll(said, { timeout: 40_000, interval: 500 }).toMatch(/^Everything is stopped/);
}

const pressStop = (page: Page): Promise<void> => page.getByRole('button', { name: /^Stop/ }).first().click();
