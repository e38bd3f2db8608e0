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
const commands = {
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

  test('an example that is filled in stands where JSON is written', async () => {
    const { page, form, field } = await formOf('anything');
    await field.fill('{"a": 2}');
    for (const [index, { params }] of commands.anything.examples.entries()) {
      await form.locator('.example').nth(index).click();
      expect(JSON.parse(await field.inputValue())).toEqual(Object(params).value);
      expect(await triedWith(page, form)).toEqual(params);
    }
    await field.fill('{"a": ');
    await form.getByText('This is not JSON yet.').waitFor();
    expect(await field.inputValue()).toBe('{"a": ');
  });
});
