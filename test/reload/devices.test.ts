import { expect, test } from 'vitest';
import { reloadable } from './service.ts';

const base = `
connections:
  first: { tcp: { host: one } }
  second: { tcp: { host: two } }
devices:
  a: { driver: toy, connection: first, options: { unit: a } }
  b: { driver: toy, connection: first, options: { unit: b } }
  lone: { driver: toy, connection: second }
`;

async function started(text = base) {
  const service = await reloadable(text);
  await service.ready('a', 'b', 'lone');
  return service;
}

test('the same file changes nothing, and no wire hears of it', async () => {
  const { reload, device, ends } = await started();
  const before = [device('a'), device('b'), device('lone')];
  const heard = [ends.one.heard.length, ends.two.heard.length];
  expect(await reload()).toMatchObject({
    changed: false,
    devices: { added: [], removed: [], changed: [] },
    restartNeeded: [],
    problems: [],
  });
  expect([device('a'), device('b'), device('lone')]).toEqual(before);
  expect([device('a'), device('b'), device('lone')].every((each, index) => each === before[index])).toBe(true);
  expect([ends.one.heard.length, ends.two.heard.length]).toEqual(heard);
});

test('a device is added and another one removed; whoever shares the line goes on with what it does', async () => {
  const { reload, device, ends, app, ready, start, settled } = await started();
  const a = device('a');
  ends.one.unit('a').mute = true;
  const flying = await start('a', 'pulse');
  const waiting = await start('a', 'set', { value: 7 });
  const report = await reload(
    base.replace(/ {2}b: .*\n/, '  c: { driver: toy, connection: first, options: { unit: c } }\n'),
  );
  expect(report).toMatchObject({
    changed: true,
    devices: { added: [{ id: 'c', simulated: false }], removed: [{ id: 'b', simulated: false }], changed: [] },
  });
  expect(app.registry.find('b')).toBeUndefined();
  expect(device('a')).toBe(a);
  expect((await settled(flying.ended)).outcome).toBe('unknown');
  ends.one.unit('a').mute = false;
  expect((await settled(waiting.ended)).outcome).toBe('succeeded');
  await ready('a', 'c');
  expect(ends.one.line.opens).toBe(1);
  expect(ends.one.unit('a').executed.filter((line) => line === 'PULSE')).toHaveLength(1);
});

test('what a removed device has under way is ended honestly', async () => {
  const { reload, ends, start, settled, until } = await started();
  ends.two.unit('').mute = true;
  const flying = await start('lone', 'pulse');
  const waiting = await start('lone', 'set', { value: 7 });
  await until(() => ends.two.unit('').executed.includes('PULSE'));
  await reload(base.replace(/ {2}lone: .*\n/, ''));
  expect((await settled(flying.ended)).outcome).toBe('unknown');
  expect(await settled(waiting.ended)).toMatchObject({ outcome: 'not-sent', reason: 'offline' });
  expect(ends.two.unit('').executed).toEqual(['PULSE']);
  expect(ends.two.line.near?.isOpen).toBe(false);
});

test('labels, limits, what is denied and retries are taken without a word on the wire', async () => {
  const { reload, device, ends, outcome } = await started();
  const a = device('a');
  const heard = ends.one.heard.length;
  const limited =
    '{ driver: toy, connection: first, options: { unit: a }, labels: { room: lab }, retries: 2, onShutdown: stop, limits: { set: { value: { maximum: 10 } } }, deny: [pulse] }';
  const report = await reload(base.replace(/( {2}a: ).*\n/, `$1${limited}\n`));
  expect(report.devices.changed).toEqual(
    [
      {
        id: 'a',
        simulated: false,
        what: ['labels', 'limits', 'deny', 'onShutdown', 'retries'].toSorted(),
        attachedAnew: false,
      },
    ].map((each) => ({ ...each, what: expect.arrayContaining(each.what) as string[] })),
  );
  expect(device('a')).toBe(a);
  expect(a.labels).toEqual({ room: 'lab' });
  expect(a.settings).toMatchObject({ retries: 2, onShutdown: 'stop', labels: { room: 'lab' } });
  expect(ends.one.heard).toHaveLength(heard);
  expect(await outcome('a', 'set', { value: 11 })).toBe('invalid-request');
  expect(await outcome('a', 'pulse')).toBe('command-not-found');
  expect(await outcome('a', 'set', { value: 9 })).toBe('succeeded');
  await reload(base);
  expect(await outcome('a', 'set', { value: 11 })).toBe('succeeded');
  expect(device('a')).toBe(a);
});

test('a command that waits is held against the new limits in its turn', async () => {
  const { reload, ends, start, settled } = await started();
  ends.one.unit('a').mute = true;
  const flying = await start('a', 'pulse');
  const waiting = await start('a', 'set', { value: 50 });
  await reload(base.replace('unit: a }', 'unit: a }, limits: { set: { value: { maximum: 10 } } }'));
  await settled(flying.ended);
  ends.one.unit('a').mute = false;
  expect(await settled(waiting.ended)).toMatchObject({ outcome: 'not-sent', error: { code: 'invalid-request' } });
  expect(ends.one.unit('a').value).not.toBe(50);
});

test('other options attach that device alone anew', async () => {
  const { reload, device, ends, ready } = await started();
  const [a, b] = [device('a'), device('b')];
  const report = await reload(base.replace('unit: b', 'unit: c'));
  expect(report.devices.changed).toEqual([{ id: 'b', simulated: false, what: ['options'], attachedAnew: true }]);
  await ready('b');
  expect(device('a')).toBe(a);
  expect(device('b')).not.toBe(b);
  expect(ends.one.line.opens).toBe(1);
  expect(ends.one.heard.some((line) => line.startsWith('cID?'))).toBe(true);
});

test('two devices change places', async () => {
  const { reload, device, ready } = await started();
  await reload(base.replace('unit: b', 'unit: x').replace('unit: a', 'unit: b').replace('unit: x', 'unit: a'));
  await ready('a', 'b');
  expect([device('a').settings.options, device('b').settings.options]).toEqual([{ unit: 'b' }, { unit: 'a' }]);
});

test('a connection that leads elsewhere concerns its own devices only', async () => {
  const { reload, device, ends, ready, add } = await started();
  await add({ id: 'extra', driver: 'toy', connection: 'second', options: { unit: 'a' } });
  await ready('extra');
  const [a, lone] = [device('a'), device('lone')];
  // The same toys by another setting: the line is opened anew.
  const report = await reload(base.replace('host: two', 'host: two, port: 5'));
  expect(report.connections).toEqual({ added: [], removed: [], changed: ['second'] });
  expect(report.devices.changed).toEqual([
    { id: 'lone', simulated: false, what: ['connection'], attachedAnew: true },
    { id: 'extra', simulated: false, what: ['connection'], attachedAnew: true },
  ]);
  await ready('lone', 'extra');
  expect(device('a')).toBe(a);
  expect(device('lone')).not.toBe(lone);
  expect(device('extra').settings.managedBy).toBe('api');
  expect([ends.one.line.opens, ends.two.line.opens]).toEqual([1, 2]);
});

test('the line of before is released before the new one is opened', async () => {
  const { reload, ends, ready } = await started();
  const before = ends.two.line.near;
  const { opener } = ends.two.line;
  const open = opener.open.bind(opener);
  let wasOpen: boolean | undefined;
  Object.assign(opener, {
    open: (signal: AbortSignal) => {
      wasOpen = before?.isOpen;
      return open(signal);
    },
  });
  await reload(base.replace('host: two', 'host: two, port: 5'));
  await ready('lone');
  expect(wasOpen).toBe(false);
});

test('a latch and a lease stay, on a device that is touched as on one that is not', async () => {
  const { reload, device, app, settled } = await started();
  await settled(app.control.stops.stop('b', { by: 'test' }));
  await settled(app.control.stops.stop('a', { by: 'test' }));
  await settled(app.control.leases.take('lone', { by: 'test', ttlMs: 60_000 }));
  const held = app.control.leases.get('lone');
  expect(held).toBeDefined();
  await reload(base.replace('unit: b', 'unit: c').replace('host: two', 'host: two, port: 5'));
  expect([device('a').latched, device('b').latched]).toEqual([true, true]);
  expect(app.control.leases.get('lone')).toEqual(held);
});

test('a device that comes while everything is stopped starts stopped', async () => {
  const { app, reload, device, ends, settled, start, until } = await started();
  await settled(app.control.stops.stopAll({ by: 'anna' }));
  const { control } = app;
  await reload(`${base}  c: { driver: toy, connection: first, options: { unit: c } }\n`);
  expect(device('c').latchedBy).toContain('anna');
  await expect(start('c', 'set', { value: 7 })).rejects.toMatchObject({ code: 'stopped' });
  // The first thing that it is told is to stop.
  await until(() => ends.one.unit('c').executed.length > 0);
  expect(ends.one.unit('c').executed[0]).toMatch(/stop/i);
  await settled(control.stops.release('c', 'anna'));
  expect(device('c').latched).toBe(false);
});

test('a stopped device is not removed, and then nothing else is taken either', async () => {
  const { reload, device, app, settled } = await started();
  await settled(app.control.stops.stop('b', { by: 'test' }));
  const next = base.replace(/ {2}b: .*\n/, '').replace('unit: a }', 'unit: a }, labels: { x: y }');
  await expect(reload(next)).rejects.toMatchObject({ code: 'stopped' });
  expect(device('b').latched).toBe(true);
  expect(device('a').labels).toEqual({});
  await settled(app.control.stops.release('b', 'test'));
  await reload();
  expect(app.registry.find('b')).toBeUndefined();
});

test('a device is disabled and enabled again', async () => {
  const { reload, device, ready } = await started();
  await reload(base.replace('unit: b }', 'unit: b }, enabled: false'));
  expect(device('b').state).toBe('disabled');
  await reload(base);
  await ready('b');
});

test.each([
  [
    'its id',
    base
      .replace('devices:', 'devices:\n  extra: { driver: toy, connection: first, options: { unit: b } }')
      .replace(/ {2}b: .*\n/, ''),
    'extra that was added over HTTP',
  ],
  [
    'its connection',
    base.replace(/ {2}second: .*\n/, '').replace(/ {2}lone: .*\n/, ''),
    'device extra, which was added over HTTP, is on it',
  ],
  [
    'its place',
    base
      .replace('unit: b', 'unit: c')
      .replace('connection: first, options: { unit: c }', 'connection: second, options: { unit: a }'),
    'device extra has a on the connection second already',
  ],
])('a file that needs %s of a device that was added over HTTP changes nothing', async (_what, next, why) => {
  const { reload, device, add, ready } = await started();
  await add({ id: 'extra', driver: 'toy', connection: 'second', options: { unit: 'a' } });
  await ready('extra');
  const all = ['a', 'b', 'lone', 'extra'].map((id) => device(id));
  await expect(reload(next)).rejects.toThrow(why);
  expect(['a', 'b', 'lone', 'extra'].map((id) => device(id)).every((each, index) => each === all[index])).toBe(true);
});

test('a service that begins to shut down while the configurations are compared takes nothing', async () => {
  const { app, reload, file, settled, device } = await started();
  const lone = device('lone');
  const many = Array.from(
    { length: 500 },
    (_, nth) => `  x${nth}: { driver: toy, connection: second, enabled: false }`,
  );
  let closing: Promise<void> | undefined;
  file.loaded = () => setImmediate(() => void (closing = app.close()));
  const next = base.replace('  lone: { driver: toy, connection: second }', many.join('\n'));
  await expect(reload(next)).rejects.toMatchObject({ code: 'shutting-down' });
  expect([closing !== undefined, app.registry.find('x0'), device('lone') === lone]).toEqual([true, undefined, true]);
  await settled(closing ?? Promise.resolve());
});

test('one that was released by itself from a stop of everything is not stopped again by being attached anew', async () => {
  const { reload, device, app, ends, ready, settled } = await started();
  await settled(app.control.stops.stopAll({ by: 'test' }));
  await settled(app.control.stops.release('lone', 'test'));
  const text = base
    .replace('connection: second }', 'connection: second, idleProbeMs: 60000 }')
    .replace('options: { unit: a } }', 'options: { unit: a }, idleProbeMs: 60000 }');
  const more = '  c: { driver: toy, connection: first, options: { unit: c } }\n';
  expect(await reload(text + more)).toMatchObject({
    devices: {
      added: [{ id: 'c' }],
      changed: [
        { id: 'a', attachedAnew: true },
        { id: 'lone', attachedAnew: true },
      ],
    },
  });
  await ready('a', 'c', 'lone');
  expect([device('lone').latched, device('a').latched, device('c').latchedBy]).toEqual([false, true, 'test']);
  expect(ends.two.unit('').executed).toEqual(['STOP']);
  expect(ends.one.unit('a').executed).toEqual(['STOP', 'STOP']);
});

test('a device that is released while it is attached anew stays released, and one that is stopped meanwhile stays stopped', async () => {
  const { device, app, ends, file, settled, until } = await started();
  file.text = base
    .replace('connection: second }', 'connection: second, idleProbeMs: 60000 }')
    .replace('options: { unit: a } }', 'options: { unit: a }, idleProbeMs: 60000 }');
  await settled(app.control.stops.stop('lone', { by: 'first' }));
  const toys = [ends.two.unit(''), ends.one.unit('a')];
  for (const toy of toys) toy.held = [];
  const before = [device('lone'), device('a')];
  // What keeps them from leaving at once.
  file.loaded = () =>
    before.forEach((each) => void each.read('value', -1, new AbortController().signal).catch(() => {}));
  const reloaded = app.reload.reload({ by: 'test' });
  await until(() => device('lone') !== before[0] && device('a') !== before[1]);
  expect(toys.map(({ held }) => held?.length)).toEqual([1, 1]);
  await settled(app.control.stops.release('lone', 'test'));
  const stopping = app.control.stops.stop('a', { by: 'second' });
  for (const toy of toys) toy.release();
  await settled(Promise.all([reloaded, stopping]));
  expect([device('lone').latched, device('a').latchedBy]).toEqual([false, 'second']);
});
