import { expect, test } from 'vitest';
import { counted } from '../support/counted.ts';
import { follow } from '../support/sse.ts';

interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

async function refused(url: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Problem> {
  const response = await fetch(`${url}/v1/stream${path}`, { headers });
  return (await response.json()) as Problem;
}

test('its headers keep proxies and caches out of it, and HEAD has them alone', async () => {
  const { url } = await counted(['a']);
  const expected = {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  };
  const reader = await follow(url);
  expect(reader.response.headers).toMatchObject(expected);
  reader.close();
  const head = await fetch(`${url}/v1/stream`, { method: 'HEAD' });
  expect(head.status).toBe(200);
  expect(Object.fromEntries(head.headers)).toMatchObject(expected);
  expect(await head.text()).toBe('');
});

test.each([
  ['?type=property,commands', 400, 'has "commands", which is no type; there are property, command, event, device'],
  ['?device=A!', 400, 'has "A!", which cannot be the id of a device'],
  ['?device=a,', 400, 'has "", which cannot be the id of a device'],
  [`?device=${Array.from({ length: 201 }, (_, n) => `d${n}`).join(',')}`, 400, 'has 201 ids; 200 is the most'],
  ['?label==lab', 400, 'must be KEY or KEY=VALUE'],
  [`?${Array.from({ length: 17 }, () => 'label=x').join('&')}`, 400, '/label'],
  ['?lastEventId=x', 400, 'querystring /lastEventId is no id of this stream'],
  ['?lastEventId=99999999999999999', 400, 'is no id of this stream'],
  ['?devices=a', 400, '/devices'],
])('%s is refused', async (path, status, detail) => {
  const { url } = await counted(['a']);
  const problem = await refused(url, path);
  expect(problem).toMatchObject({ status, code: 'invalid-request' });
  expect(problem.detail).toContain(detail);
});

test('a header that is no id is refused as well, and an empty one is none', async () => {
  const { url } = await counted(['a']);
  expect(await refused(url, '', { 'last-event-id': 'abc' })).toMatchObject({
    status: 400,
    detail: expect.stringContaining('the Last-Event-ID header is no id of this stream'),
  });
  const reader = await follow(url, '', { 'last-event-id': '' });
  await reader.until((its) => its.events('synced').length === 1);
  reader.close();
});

test('who accepts something else is told what it is', async () => {
  const { url } = await counted(['a']);
  expect(await refused(url, '', { accept: 'application/json' })).toMatchObject({ status: 406, code: 'not-acceptable' });
  const reader = await follow(url, '', { accept: 'text/*;q=0.5' });
  reader.close();
});

test('filters: by device, also one that is not there; by label; by type; and all together', async () => {
  const { url, count, counters, rig } = await counted(['a', 'b', 'c']);
  const paths = {
    device: '?device=a,nobody',
    label: '?label=half=even',
    has: '?label=half',
    type: '?type=event',
    both: '?label=half=even&device=b,c&type=property,event',
    none: '?label=half=odd&label=half=even',
  };
  const readers = await Promise.all(Object.values(paths).map((path) => follow(url, path)));
  for (const reader of readers) await reader.until((its) => its.events('synced').length === 1);
  for (const id of ['a', 'b', 'c']) {
    count(id);
    counters.get(id)?.emit('wrapped', {});
  }
  // What everybody hears of at last: a beat.
  await rig.clock.advance(15_000);
  for (const reader of readers)
    await reader.until((its) => its.told.some(({ comments }) => comments.includes('alive')));
  const heard = readers.map((reader) => ({
    snapshots: reader.snapshots().map(({ device }) => device.id),
    told: reader
      .events()
      .filter(({ event }) => event === 'property' || event === 'event')
      .map(({ event, data }) => `${event} ${(data as { device: string }).device}`),
  }));
  expect(Object.fromEntries(Object.keys(paths).map((name, index) => [name, heard[index]]))).toEqual({
    device: { snapshots: ['a'], told: ['property a', 'event a'] },
    label: { snapshots: ['a', 'c'], told: ['property a', 'event a', 'property c', 'event c'] },
    has: {
      snapshots: ['a', 'b', 'c'],
      told: ['property a', 'event a', 'property b', 'event b', 'property c', 'event c'],
    },
    type: { snapshots: ['a', 'b', 'c'], told: ['event a', 'event b', 'event c'] },
    both: { snapshots: ['c'], told: ['property c', 'event c'] },
    none: { snapshots: [], told: [] },
  });
  for (const reader of readers) reader.close();
});

test('who asks for a label hears when a device gets it and when it loses it', async () => {
  const { url, rig, count } = await counted(['a', 'b']);
  const reader = await follow(url, '?label=half=even');
  await reader.until((its) => its.events('synced').length === 1);
  rig.device('b').labels = { half: 'even' };
  rig.device('a').labels = {};
  count('a');
  count('b');
  await reader.until((its) => its.events('property').length === 1);
  expect(reader.data('device')).toMatchObject([
    { device: 'b', change: 'labels', view: { labels: { half: 'even' } } },
    { device: 'a', change: 'labels', view: { labels: {} } },
  ]);
  expect(reader.data('property')).toMatchObject([{ device: 'b' }]);
  reader.close();
});
