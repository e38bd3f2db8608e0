import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { openPage } from '../support/browser.ts';
import { browserLab } from '../support/browser-lab.ts';
import { needs } from '../support/needs.ts';

const config = `
connections:
  line: { simulate: { model: scpi-supply, via: memory } }
devices:
  thing: { driver: scpi-supply, connection: line }
`;
const spec = { effect: 'actuate', confirmation: 'acknowledged', timeoutMs: 1000, result: {} };
const params = (value: object): object => ({
  type: 'object',
  required: ['value'],
  properties: { value },
  additionalProperties: false,
});
const steps = [
  { maximum: 10, multipleOf: 1 },
  { minimum: 10, maximum: 100, multipleOf: 10 },
];
const commands = {
  perhaps: { summary: 'Perhaps', ...spec, params: params({ type: ['number', 'null'], unit: 'V', anyOf: steps }) },
  either: {
    summary: 'Either',
    ...spec,
    params: params({ anyOf: [{ type: 'array', items: { type: 'number' } }, { type: 'null' }] }),
  },
  several: { summary: 'Several', ...spec, params: params({ type: 'array', items: { type: 'number' } }) },
  choose: { summary: 'Choose', ...spec, params: params({ enum: ['a', 'b', 'c', 'd', 'e'] }) },
  move: { summary: 'Move', ...spec, params: params({ type: 'number' }) },
  anything: {
    summary: 'Anything',
    ...spec,
    params: params({}),
    examples: [{ params: { value: { a: 1 } } }, { params: { value: [1, 2] } }],
  },
};

describe.skipIf(!needs('chromium', 'typing in a browser'))('a form sends what stands in it', () => {
  const lab = browserLab(config);

  async function formOf(name: keyof typeof commands): Promise<{ page: Page; form: Locator; field: Locator }> {
    const { page } = await openPage(lab.browser, 'about:blank', 1280);
    const detail = { ...(await lab.service.get<object>('/v1/devices/thing')), commands };
    await page.route('**/v1/devices/thing', (route) => route.fulfill({ json: detail }));
    await page.goto(`${lab.service.url}/#/devices/thing`);
    const form = page.locator(`[data-command-name="${name}"]`);
    await form.getByRole('button').first().click();
    return { page, form, field: form.getByRole('textbox') };
  }
  async function triedWith(page: Page, form: Locator): Promise<unknown> {
    const asking = page.waitForRequest(/dryRun=true/);
    await form.getByRole('button', { name: 'Try without sending' }).click();
    return (await asking).postDataJSON();
  }

  test('numbers are what was typed, key by key', async () => {
    const { page, form, field } = await formOf('move');
    for (const [typed, value] of [
      ['-0.5', -0.5],
      ['-.5', -0.5],
      ['1e-12', 1e-12],
      ['1e10', 1e10],
      ['0.00000015', 0.00000015],
      ['0.050', 0.05],
      ['5.', 5],
      ['-0', 0],
      // As the page itself writes it.
      ['−0.5', -0.5],
    ] as const) {
      await field.fill('');
      await field.pressSequentially(typed);
      expect(await field.inputValue()).toBe(typed);
      expect(await triedWith(page, form), typed).toEqual({ value });
    }
    for (const typed of ['5 V', '0x10', '1,500', 'Infinity']) {
      await field.fill(typed);
      await form.getByRole('button', { name: 'Try without sending' }).click();
      await form.getByText('This must be a number.').waitFor();
      expect(await field.inputValue()).toBe(typed);
      await field.fill('1');
      await triedWith(page, form);
    }
  });

  test('a whole number that would be rounded is told at its field', async () => {
    const { form, field } = await formOf('move');
    await field.fill('9007199254740993');
    await form.getByRole('button', { name: 'Try without sending' }).click();
    await form.getByText('Beyond ±9007199254740991 a whole number would be rounded.').waitFor();
  });

  test('what may be null is one field, and null where somebody says so', async () => {
    const { page, form, field } = await formOf('perhaps');
    const nothing = form.getByRole('checkbox', { name: 'Nothing (null) in place of value' });
    expect(await nothing.isChecked()).toBe(false);
    await form.getByRole('button', { name: 'Try without sending' }).click();
    expect(await form.getByText('This is required.').count()).toBe(1);
    await field.fill('15');
    await form.getByRole('button', { name: 'Try without sending' }).click();
    await form.getByText('In steps of 10.').waitFor();
    await nothing.check();
    expect([await field.inputValue(), await field.isDisabled()]).toEqual(['', true]);
    expect(await triedWith(page, form)).toEqual({ value: null });
    await nothing.uncheck();
    await field.fill('20');
    expect(await triedWith(page, form)).toEqual({ value: 20 });
  });

  test('what has no single field does not begin as null either', async () => {
    const { page, form } = await formOf('either');
    const choice = form.getByRole('combobox');
    expect(await choice.locator('option:checked').innerText()).toBe('List');
    await form.getByRole('button', { name: 'Try without sending' }).click();
    expect(await form.getByText('This is required.').count()).toBe(1);
    await choice.selectOption('Nothing (null)');
    expect(await triedWith(page, form)).toEqual({ value: null });
  });

  test('a list of numbers fits a narrow page', async () => {
    const { page, form } = await formOf('several');
    await page.setViewportSize({ width: 360, height: 800 });
    await form.getByRole('button', { name: 'Add one' }).click();
    const remove = form.getByRole('button', { name: 'Remove number 1' });
    const edgeOf = (element: Locator): Promise<number> => element.evaluate((it) => it.getBoundingClientRect().right);
    expect(await edgeOf(remove)).toBeLessThanOrEqual(await edgeOf(form));
  });

  test('a list to choose from has the name of its field', async () => {
    const { page, form } = await formOf('choose');
    await form.getByRole('combobox', { name: 'value' }).selectOption('e');
    expect(await triedWith(page, form)).toEqual({ value: 'e' });
  });

  test('an example that is filled in stands where JSON is written', async () => {
    const { page, form, field } = await formOf('anything');
    await field.fill('{"a": 2}');
    for (const [index, { params }] of commands.anything.examples.entries()) {
      await form.locator('.example').nth(index).click();
      expect(JSON.parse(await field.inputValue())).toEqual(Object(params).value);
      expect(await triedWith(page, form)).toEqual(params);
    }
    await form.getByText('Nothing was sent.').waitFor();
    await field.fill('{"a": ');
    await form.getByText('This is not JSON yet.').waitFor();
    expect(await field.inputValue()).toBe('{"a": ');
    // What would have left was of what stood there before.
    expect(await form.getByText('Nothing was sent.').count()).toBe(0);
  });

  test('two presses that ask for different things are two, and what is told says of which it is', async () => {
    const { page, form, field } = await formOf('move');
    const sent: unknown[] = [];
    await page.route('**/v1/devices/thing/commands/move', async (route) => {
      sent.push(route.request().postDataJSON());
      const at = '2026-01-01T00:00:00Z';
      const own = { id: `c-${sent.length}`, device: 'thing', command: 'move', params: sent.at(-1), by: 'anonymous' };
      const ended = { state: 'ended', outcome: 'succeeded', confirmation: 'acknowledged', simulated: true };
      await route.fulfill({ json: { ...own, ...ended, submittedAt: at, sentAt: at, endedAt: at, links: {} } });
    });
    const before = form.getByText('Of what was sent before');
    const done = form.getByText('Done', { exact: true });
    await field.fill('5');
    await field.press('Enter');
    await done.waitFor();
    expect(await before.count()).toBe(0);
    await field.fill('6');
    expect(await before.innerText()).toContain('{"value":5}');
    await field.press('Enter');
    await expect.poll(() => sent).toEqual([{ value: 5 }, { value: 6 }]);
    await done.waitFor();
    expect(await before.count()).toBe(0);
    await field.fill('none');
    await field.press('Enter');
    await form.getByText('This must be a number.').waitFor();
    expect(await before.innerText()).toContain('{"value":6}');
  });

  test('what was typed for a simulated device is not sent to the one that takes its place', async () => {
    const { page, form, field } = await formOf('move');
    await field.fill('5');
    const detail = { ...(await lab.service.get<object>('/v1/devices/thing')), commands, simulated: false };
    await page.route('**/v1/devices/thing', (route) => route.fulfill({ json: detail }));
    await lab.service.post('/v1/devices/thing/stop', {});
    await page.locator('[data-command-name="move"]').waitFor();
    await expect.poll(() => field.count()).toBe(0);
    await form.getByRole('button').first().click();
    expect(await field.inputValue()).toBe('');
    await form.getByRole('button', { name: 'Send', exact: true }).waitFor();
  });
});
