import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { httpOver } from '../support/http.ts';
import { createRig } from '../support/rig.ts';
import { toyDriver } from '../support/toy.ts';

/** What `/openapi.json` has once for each device, with that device's own names. */
const perDevice = [
  'GET /v1/devices/{id}/properties/{name}',
  'PUT /v1/devices/{id}/properties/{name}',
  'POST /v1/devices/{id}/commands/{name}',
  'POST /v1/devices/{id}/raw',
];

test('docs/http.md has every route, and no other', async () => {
  const page = await readFile(new URL('../../docs/http.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `([A-Z, ]+) (\/\S+)`/gm)];
  const shown = rows.flatMap(([, methods = '', path = '']) => methods.split(', ').map((method) => `${method} ${path}`));
  const http = await httpOver(createRig(toyDriver(), {}, []));
  const { paths } = (await http.inject('/openapi.json')).json<{ paths: Record<string, object> }>();
  const served = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(shown.toSorted()).toEqual([...served, ...perDevice].toSorted());
});
