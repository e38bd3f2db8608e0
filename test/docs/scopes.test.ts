import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { RouteAccess } from '../../src/http/access/declared.ts';
import { routesOf } from '../support/access.ts';
import { httpOver } from '../support/http.ts';
import { createRig } from '../support/rig.ts';
import { toyDriver } from '../support/toy.ts';

/** How the page says it. */
function words(access: RouteAccess): string {
  if (!('action' in access)) return 'any credentials';
  const over = {
    device: 'the device',
    command: 'the command',
    everything: 'all devices',
    some: 'any device',
  };
  const named = access.command === undefined ? '' : `, as \`${access.command}\``;
  return `\`${access.action}\` over ${over[access.over]}${named}`;
}

test('docs/scopes.md says of every route what it needs', async () => {
  const page = await readFile(new URL('../../docs/scopes.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `([A-Z, ]+) (\/[^`]+)` +\| (.+?) +\|$/gm)];
  const said = rows.flatMap(([, methods = '', path = '', needs = '']) =>
    methods.split(', ').map((method) => `${method} ${path}: ${needs}`),
  );
  const routes = await routesOf(() => httpOver(createRig(toyDriver(), {}, [])));
  const declared = routes
    .filter(({ method, url, access }) => method !== 'HEAD' && access?.over !== 'nobody' && !url.startsWith('/docs/'))
    .map(({ method, url, access }) => {
      const path = url.replaceAll(/:([A-Za-z]+)/g, '{$1}');
      return `${method} ${path}: ${access === undefined ? 'nothing' : words(access)}`;
    });
  expect(said.toSorted()).toEqual(declared.toSorted());
});
