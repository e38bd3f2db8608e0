import type { Locator, Page } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { browserLab, eventually } from '../support/browser-lab.ts';
import { needs } from '../support/needs.ts';
import { foreignRequests, keepPicture, shoot } from '../support/page-checks.ts';
import { everythingStops } from '../support/stop-sheet.ts';

const config = `
connections:
  mill-1-line: { simulate: { model: grbl, via: pty } }
  psu-1-line: { simulate: { model: scpi-supply, via: pty, options: { outputOn: true } } }
devices:
  mill-1: { driver: grbl, connection: mill-1-line, labels: { bench: left } }
  psu-1: { driver: scpi-supply, connection: psu-1-line, labels: { bench: left } }
`;

/** How whoever lives the story acts: with a mouse, or with the keyboard alone. */
interface Hands {
  press(target: Locator): Promise<void>;
  enter(target: Locator, text: string): Promise<void>;
  choose(target: Locator, option: string): Promise<void>;
  /** One of several that stand beside each other. */
  tick(target: Locator): Promise<void>;
}

const mouse: Hands = {
  press: (target) => target.click(),
  enter: (target, text) => target.fill(text),
  choose: async (target, option) => void (await target.selectOption(option)),
  tick: (target) => target.check(),
};

/** Nothing is focused but by the Tab key, as far as it takes: what that does not reach cannot be used. */
function keyboard(page: Page): Hands {
  const reach = async (target: Locator): Promise<void> => {
    await target.waitFor();
    const reached = target.and(page.locator(':focus'));
    for (let presses = 0; presses < 400; presses++) {
      if ((await reached.count()) === 1) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`the keyboard does not reach ${String(target)}`);
  };
  return {
    async press(target) {
      await reach(target);
      await page.keyboard.press('Enter');
    },
    async enter(target, text) {
      await reach(target);
      await page.keyboard.type(text);
    },
    async choose(target, option) {
      await reach(target);
      await page.keyboard.type(option);
    },
    async tick(target) {
      // Of a group of radio buttons the Tab key reaches the one that is chosen; arrows lead to the others.
      await reach(target.locator('xpath=ancestor::*[@role="radiogroup"]').getByRole('radio', { checked: true }));
      for (let presses = 0; presses < 5 && !(await target.isChecked()); presses++) {
        await page.keyboard.press('ArrowRight');
      }
    },
  };
}

describe.skipIf(!needs('chromium', 'the story of a newcomer in a browser'))('a newcomer', () => {
  const lab = browserLab(config);

  const link = (page: Page, name: string) =>
    page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name });

  /** Opens the form of a command on a device's page. */
  async function open(page: Page, hands: Hands, command: string): Promise<Locator> {
    const item = page.locator(`[data-command-name="${command}"]`);
    await hands.press(item.getByRole('button', { expanded: false }));
    return item;
  }

  async function moves(page: Page, hands: Hands): Promise<void> {
    await hands.press(page.getByRole('link', { name: 'mill-1', exact: true }));
    const moveTo = await open(page, hands, 'move-to');
    await hands.enter(moveTo.getByLabel(/^x/i).first(), '3');
    await hands.enter(moveTo.getByLabel(/^feed/i).first(), '600');
    await hands.press(moveTo.getByRole('button', { name: 'Send to the simulator' }));
    await moveTo.locator('[data-outcome="ok"]').waitFor({ timeout: 30_000 });
    await shoot(page, 'story 1 moved');
  }

  async function breaks(page: Page, hands: Hands): Promise<void> {
    await hands.press(link(page, 'Simulators'));
    await hands.press(page.getByRole('link', { name: /^psu-1/ }));
    await page.getByRole('region', { name: 'psu-1' }).waitFor();
    // From the command that sets 5 V on, the supply hears nothing for a minute.
    await hands.choose(page.getByLabel('Add a fault'), 'delay');
    await hands.tick(page.getByRole('radio', { name: 'heard' }));
    await hands.enter(page.getByLabel('ms', { exact: true }), '60000');
    await hands.press(page.getByRole('group', { name: 'When it acts' }).getByRole('button').first());
    await hands.enter(page.getByLabel(/^match/), 'VOLT 5');
    await hands.press(page.getByRole('button', { name: 'Add', exact: true }));
    await page.getByRole('button', { name: 'End delay' }).waitFor();
    await shoot(page, 'story 2 broken');
    await hands.press(link(page, 'Devices'));
    await hands.press(page.getByRole('link', { name: 'psu-1', exact: true }));
    const setVoltage = await open(page, hands, 'set-voltage');
    await hands.enter(setVoltage.getByLabel(/volt/i).first(), '5');
    await hands.press(setVoltage.getByRole('button', { name: 'Send to the simulator' }));
    await setVoltage.locator('[data-outcome="unknown"]').waitFor({ timeout: 30_000 });
    expect(await setVoltage.locator('[data-outcome]').innerText()).not.toMatch(/done|succeeded|failed/i);
    await shoot(page, 'story 3 unknown');
  }

  async function looks(page: Page, hands: Hands): Promise<void> {
    await hands.press(link(page, 'Commands'));
    await hands.choose(page.getByLabel('Outcome'), 'unknown');
    const row = page.getByRole('row', { name: /psu-1.*set-voltage/ }).first();
    await hands.press(row.getByRole('rowheader').getByRole('link'));
    const details = page.getByRole('region', { name: 'Details of the command' });
    await expect.poll(() => details.innerText(), eventually).toMatch(/unknown/i);
    await shoot(page, 'story 4 looked up');
  }

  async function mends(page: Page, hands: Hands): Promise<void> {
    await hands.press(link(page, 'Simulators'));
    await hands.press(page.getByRole('link', { name: /^psu-1/ }));
    await hands.press(page.getByRole('button', { name: 'End all' }));
    await page.getByText('None: its wire is as it should be.').waitFor();
    const state = (name: string) => page.getByRole('region', { name: 'psu-1' }).getByText(name, { exact: true });
    // What it did not hear has made it offline before: that is not what shows that it was unplugged.
    await state('ready').waitFor();
    await hands.press(page.getByRole('button', { name: 'Unplug' }));
    await state('offline').waitFor();
    await hands.press(page.getByRole('button', { name: 'Plug in' }));
    await state('ready').waitFor();
  }

  async function stops(page: Page, press: () => Promise<void>): Promise<void> {
    await press();
    await everythingStops(page, press);
    const report = page.locator('#stop-report');
    expect(await report.innerText()).toMatch(/mill-1[^]*psu-1|psu-1[^]*mill-1/);
    await shoot(page, 'story 5 stopped');
    const { items } = await lab.service.get<{ items: { stopped: boolean }[] }>('/v1/devices');
    expect(items.map(({ stopped }) => stopped)).toEqual([true, true]);
    const refused = await lab.service.post('/v1/devices/psu-1/commands/set-voltage', { volts: 1 });
    expect(refused).toMatchObject({ status: 423, body: { code: 'stopped' } });
    await fetch(`${lab.service.url}/v1/stop`, { method: 'DELETE' });
  }

  test.each(['mouse', 'keyboard'] as const)(
    'moves a device, breaks one, sees what is not known, finds it in the history, mends it and stops everything (%s)',
    async (how) => {
      const { page, complaints } = await lab.open('', 1280);
      const foreign = foreignRequests(page, lab.service.url);
      // Before the page is closed, unlike what runs when it has failed.
      onTestFinished(async ({ task }) => {
        if (task.result?.state === 'fail') await keepPicture(page, `story failed by ${how}`);
      });
      const hands = how === 'mouse' ? mouse : keyboard(page);
      await moves(page, hands);
      await breaks(page, hands);
      await looks(page, hands);
      await mends(page, hands);
      const stop = page.getByRole('button', { name: /^Stop/ }).first();
      await stops(page, () => (how === 'mouse' ? stop.click() : page.keyboard.press('Control+.')));
      expect([complaints, foreign]).toEqual([[], []]);
    },
  );
});
