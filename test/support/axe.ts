import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe finds on a page as it is now, WCAG 2.2 A and AA and best practices: rule, what is wrong, and where. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  // Half a megabyte, which stays until another page is loaded.
  if (!(await page.evaluate<boolean>('"axe" in globalThis'))) await page.evaluate(axe.source);
  const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as axe.AxeResults;
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ target, any }) => `${id}: ${help}: ${target.join(' ')} ${any.map(({ message }) => message).join('; ')}`,
    ),
  );
}
