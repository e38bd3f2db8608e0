import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { drivers } from '../../drivers/index.ts';
import type { Model } from '../../src/driver/spec.ts';
import { validate } from '../../src/driver/schema.ts';
import { openPage } from '../support/browser.ts';
import { browserLab } from '../support/browser-lab.ts';
import { needs } from '../support/needs.ts';

const config = `
connections:
  line: { simulate: { model: scpi-supply, via: memory } }
devices:
  thing: { driver: scpi-supply, connection: line }
`;
type Some<Spec> = readonly (readonly [name: string, spec: Spec])[];

/** Several models as one device each, since a page takes its time to load. */
const perPage = 10;
const models = drivers.map(({ model }) => model);
const pages = Array.from({ length: Math.ceil(models.length / perPage) }, (_, index) => {
  const some = models.slice(index * perPage, (index + 1) * perPage);
  const named = <Spec>(of: (model: Model) => Readonly<Record<string, Spec>>): Some<Spec> =>
    some.flatMap((model) => Object.entries(of(model)).map(([name, spec]) => [`${model.name}.${name}`, spec] as const));
  const names = some.map(({ name }) => name).join(', ');
  return { names, commands: named(({ commands }) => commands), properties: named(({ properties }) => properties) };
});

/** Every form that a shipped model makes, in the page as it is built. What is filled in is asked for, and not sent. */
describe.skipIf(!needs('chromium', 'every form in a browser'))('every form', () => {
  const lab = browserLab(config);

  /** A device that has the models’ forms, and a list of what is asked to be tried. */
  async function pageOf({
    commands,
    properties,
  }: (typeof pages)[number]): Promise<{ page: Page; asked: unknown[]; complaints: string[] }> {
    const { page, complaints } = await openPage(lab.browser, 'about:blank', 1280);
    page.setDefaultTimeout(20_000);
    const asked: unknown[] = [];
    const own = { commands: Object.fromEntries(commands), properties: Object.fromEntries(properties) };
    const detail = { ...(await lab.service.get<object>('/v1/devices/thing')), ...own };
    await page.route('**/v1/devices/thing', (route) => route.fulfill({ json: detail }));
    await page.route('**/*dryRun=true', (route) => {
      asked.push(route.request().postDataJSON());
      return route.fulfill({ json: { allowed: true, obstacles: [], writes: [], complete: true } });
    });
    await page.goto(`${lab.service.url}/#/devices/thing`);
    await page.getByRole('heading', { name: 'Commands', exact: true }).waitFor();
    return { page, asked, complaints };
  }
  async function tryIt(form: Locator): Promise<void> {
    await form.getByRole('button', { name: 'Try without sending' }).click();
    await form.getByText('Nothing was sent.').waitFor();
  }

  test.each(pages)('$names: each command is filled in by its first example, each property by hand', async (some) => {
    const { page, asked, complaints } = await pageOf(some);
    const expected: unknown[] = [];
    for (const [name, { params, examples = [] }] of some.commands) {
      const form = page.locator(`[data-command-name="${name}"]`);
      await form.getByRole('button').first().click();
      const example = examples[0]?.params ?? {};
      const isEmpty = Object.keys(Object(example) as object).length === 0;
      if (!isEmpty) await form.locator('.example').first().click();
      else if (validate(params, {}).length > 0) await fill(form);
      await tryIt(form);
      // Defaults are filled in as well.
      if (!isEmpty) expect(asked.at(-1), name).toMatchObject(Object(example) as object);
      expected.push(asked.at(-1));
      expect(validate(params, asked.at(-1)), name).toEqual([]);
    }
    for (const [name, spec] of some.properties) {
      if (spec.access === 'read') continue;
      const row = page.locator(`[data-property="${name}"]`);
      await row.getByRole('button', { name: /^Set / }).click();
      await fill(row);
      await tryIt(row);
      const { value } = asked.at(-1) as { value: unknown };
      expect(validate(spec.write.schema ?? spec.schema, value), name).toEqual([]);
      expected.push({ value });
    }
    expect(asked).toEqual(expected);
    expect(complaints).toEqual([]);
  });

  /** By hand: the last of several choices, and in text fields what is said to be possible. */
  async function fill(form: Locator): Promise<void> {
    for (const group of await form.getByRole('radiogroup').all()) await group.getByRole('radio').last().check();
    for (const select of await form.locator('.schema-form select').all()) {
      await select.selectOption({ index: (await select.locator('option').count()) - 1 });
    }
    for (const field of await form.getByRole('textbox').all()) await field.fill(await possible(field));
  }

  async function possible(field: Locator): Promise<string> {
    const hint = (await field.locator('xpath=ancestor::*[contains(@class,"field")][1]').innerText()).replaceAll(
      ',',
      '',
    );
    const example = /for example (\S+)/.exec(hint)?.[1];
    const range = /(-?[\d.]+) to (-?[\d.]+)(?! characters)/.exec(hint);
    if (example !== undefined) return example;
    if (hint.includes('matching ')) return 'FF8800';
    return range?.[2] ?? '1';
  }
});
