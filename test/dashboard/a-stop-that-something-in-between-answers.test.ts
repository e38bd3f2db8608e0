import { expect, test } from 'vitest';
import { askStop, type StopAsk } from '../../src/dashboard/boot/stop-request.ts';

/** What the page makes of an answer, whoever gave it. */
const answered = (ask: StopAsk, status: number, body: string | null) =>
  askStop(ask, () => Promise.resolve(new Response(body, { status })));

const all: StopAsk = { method: 'POST' };
const one: StopAsk = { method: 'POST', device: 'psu-1' };
const release: StopAsk = { method: 'DELETE' };

test.each([
  ['nothing, as who signs somebody in to a network does', 204, null],
  ['an empty page', 200, ''],
  ['a page to sign in', 200, '<h1>Sign in'],
  ['JSON of its own', 200, '{"status":"ok"}'],
  ['a page that nobody may see', 403, '<h1>Blocked'],
  ['that there is nothing there', 404, '<h1>Not found'],
  ['that it reaches nobody', 502, '<h1>Bad gateway'],
])('%s is no word of the service: whether anything stopped is not known', async (_, status, body) => {
  expect(await answered(all, status, body)).toMatchObject({ kind: 'lost' });
  expect(await answered(one, status, body)).toMatchObject({ kind: 'lost' });
});

test.each([
  ['a page', 200, '<h1>Sign in'],
  ['JSON', 200, '{}'],
])('%s is no release', async (_, status, body) => {
  expect(await answered(release, status, body)).toMatchObject({ kind: 'lost' });
});

test('the service’s own answers are taken as they are', async () => {
  const stop = { device: 'psu-1', stopped: true, simulated: false, confirmation: null, recorded: true };
  const reach = { everything: true, left: 0, notAllowed: [] };
  const items = JSON.stringify({ items: [stop], ...reach });
  expect(await answered(all, 200, items)).toEqual({ kind: 'answered', devices: [stop], reach });
  expect(await answered(one, 200, JSON.stringify(stop))).toMatchObject({ kind: 'answered', devices: [stop] });
  expect(await answered(release, 204, null)).toMatchObject({ kind: 'answered', devices: [] });
  const problem = JSON.stringify({ code: 'forbidden', detail: 'no' });
  expect(await answered(all, 403, problem)).toEqual({ kind: 'refused', status: 403, detail: 'no' });
});
