import { expect, test } from 'vitest';
import { httpOver } from '../support/http.ts';
import { createRig } from '../support/rig.ts';
import { toyDriver } from '../support/toy.ts';

async function page() {
  const http = await httpOver(createRig(toyDriver(), {}, []));
  return (url: string) => http.inject({ url });
}

test.each(['/simulators', '/simulators/'])('%s is a page of the dashboard now', async (url) => {
  const { statusCode, headers } = await (await page())(url);
  expect([statusCode, headers['location']]).toEqual([308, '/#/simulators']);
});

test.each(['page.js', 'tsconfig.json', '../http/server.ts', '%2e%2e/http/server.ts', 'page.html', 'toString'])(
  'no file is served from there: %s',
  async (name) => {
    expect((await (await page())(`/simulators/${name}`)).statusCode).toBe(404);
  },
);
