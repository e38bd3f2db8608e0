import { expect, test } from 'vitest';
import { reloadable } from './service.ts';

const base = `
connections:
  first: { tcp: { host: one } }
devices:
  a: { driver: toy, connection: first, options: { unit: a } }
`;

const guarded = (name: string, unless: string, more = ''): string => `
interlocks:
  - { name: ${name}, device: a, forbid: [pulse], unless: '${unless}', maxAgeMs: 120000${more} }
`;

async function started(text = base) {
  const service = await reloadable(text);
  await service.ready('a');
  return service;
}

test('a bad file changes nothing, and says every problem with its place', async () => {
  const { file, device, post, outcome, logged } = await started(base + guarded('cool', 'self.value < 5'));
  const a = device('a');
  file.text = `
connections:
  first: { tcp: { host: two } }
devices:
  a: { driver: toys, connection: first, options: { unit: a } }
  b: { driver: toy, connection: nowhere }
`;
  const { status, body } = await post('/v1/config/reload');
  expect(status).toBe(400);
  expect(body).toMatchObject({
    code: 'invalid-request',
    errors: [
      { source: 'bellcrank.yaml', line: 5, column: 16, pointer: '/devices/a/driver' },
      { source: 'bellcrank.yaml', line: 6, column: 33, pointer: '/devices/b/connection' },
    ],
  });
  expect(String(body['detail'])).toContain('nothing has changed');
  expect(device('a')).toBe(a);
  expect(await outcome('a', 'pulse')).toBe('interlocked');
  const told = logged.find(({ message }) => message.includes('not taken'));
  expect(told?.fields['problems']).toHaveLength(2);
});

test('a dry run says what would change, and changes nothing', async () => {
  const { file, device, post, app } = await started();
  file.text = `${base}  c: { driver: toy, connection: first, options: { unit: c } }\nserver: { port: 7081 }\n${guarded('cool', 'self.value < 5')}`;
  const { status, body } = await post('/v1/config/reload?dryRun=true');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    dryRun: true,
    changed: true,
    devices: { added: [{ id: 'c' }] },
    sections: ['interlocks'],
    restartNeeded: ['server.port'],
  });
  expect(app.registry.find('c')).toBeUndefined();
  expect(app.control.interlocks.describe(device('a'))).toEqual([]);
  expect((await post('/v1/config/reload')).body).toMatchObject({ dryRun: false, devices: { added: [{ id: 'c' }] } });
  expect(app.registry.find('c')).toBeDefined();
});

test('what needs a restart is named again until there is one', async () => {
  const { reload } = await started();
  const next = `${base}server: { port: 7081, host: 127.0.0.2 }\nstore: { directory: elsewhere }\n`;
  for (const changed of [false, false]) {
    const report = await reload(next);
    expect(report).toMatchObject({ changed, restartNeeded: ['server.host', 'server.port', 'store.directory'] });
  }
  expect((await reload(base)).restartNeeded).toEqual([]);
});

test('there is no moment without an interlock', async () => {
  const { app, device, clock, file, outcome, settled } = await started(base + guarded('cool', 'self.value < 5'));
  const attempt = { device: device('a'), command: 'pulse', effect: 'actuate' } as const;
  const forbids = (): boolean => app.control.interlocks.check(attempt) !== undefined;
  file.text = `${base}  c: { driver: toy, connection: first, options: { unit: c } }\n${guarded('cold', 'self.value < 4')}`;
  const seen = new Set<boolean>();
  const progress = { over: false };
  const reloaded = app.reload.reload({ by: 'test' }).finally(() => (progress.over = true));
  const watch = async (): Promise<void> => {
    while (!progress.over) {
      seen.add(forbids());
      await Promise.resolve();
    }
  };
  void watch();
  for (let step = 0; step < 2000 && !progress.over; step++) await clock.advance(1);
  await settled(reloaded);
  expect(seen).toEqual(new Set([true]));
  expect(await outcome('a', 'pulse')).toBe('interlocked');
  expect(app.control.interlocks.describe(device('a')).map(({ rule }) => rule.name)).toEqual(['cold']);
});

test('a new interlock holds for what waits already', async () => {
  const { ends, start, reload, settled } = await started();
  ends.one.unit('a').mute = true;
  const flying = await start('a', 'set', { value: 7 });
  const waiting = await start('a', 'pulse');
  await reload(base + guarded('cool', 'self.value < 5'));
  await settled(flying.ended);
  ends.one.unit('a').mute = false;
  expect(await settled(waiting.ended)).toMatchObject({ outcome: 'not-sent', reason: 'interlocked' });
});

test('a new interlock that stops does so at once', async () => {
  const { device, reload, until } = await started();
  await reload(base + guarded('cool', 'self.value < 5', ', onViolation: stop'));
  await until(() => device('a').latched);
});

test('an interlock that stays goes on being watched as before', async () => {
  const watched = base + guarded('cool', 'self.value < 8', ', onViolation: stop');
  const { device, ends, reload, until, clock } = await started(watched);
  // Its value grows too old for good: were the watch begun anew, it would wait for a first one for as long again.
  ends.one.unit('a').mute = true;
  await clock.advance(100_000);
  await reload(`${watched}alarms:\n  - { name: high, device: a, property: value, high: 50 }\n`);
  await until(() => device('a').latched);
});

test('alarms begin and end with their rules, and one that stays goes on', async () => {
  const rule = (name: string, high: number): string =>
    `  - { name: ${name}, device: a, property: value, high: ${high} }\n`;
  const { reload, app, ends, device } = await started(`${base}alarms:\n${rule('high', 6)}`);
  const open = () =>
    app.http
      .inject('/v1/alarms?open=true')
      .then((answer) => answer.json<{ items: { id: string; alarm: string; state: string }[] }>().items);
  const [first] = await open();
  expect(first).toMatchObject({ alarm: 'high' });
  await reload(`${base}alarms:\n${rule('high', 6)}${rule('higher', 5)}`);
  expect((await open()).map(({ alarm }) => alarm).toSorted()).toEqual(['high', 'higher']);
  expect((await open()).find(({ alarm }) => alarm === 'high')?.id).toBe(first?.id);
  await reload(`${base}alarms:\n${rule('higher', 5)}`);
  const states = Object.fromEntries((await open()).map(({ alarm, state }) => [alarm, state]));
  expect(states['high']).not.toBe(states['higher']);
  expect(device('a').state).toBe('ready');
  expect(ends.one.line.opens).toBe(1);
});

test('which readings are kept is taken with the file', async () => {
  const { reload, ends, app, clock, device } = await started();
  await reload(base.replace('unit: a }', 'unit: a }, history: { value: { keep: off } }'));
  const kept = async (): Promise<number> =>
    (await app.http.inject('/v1/devices/a/history/value')).json<{ items: unknown[] }>().items.length;
  const before = await kept();
  ends.one.unit('a').value = 3;
  await clock.advance(130_000);
  expect(device('a').reading('value').value).toBe(3);
  expect(await kept()).toBe(before);
});

test('reloads go one after the other, and only so many wait', async () => {
  const { app, settled } = await started();
  const all = Array.from({ length: 6 }, () => app.reload.reload({ by: 'test' }));
  const ended = await settled(Promise.allSettled(all));
  expect(ended.map(({ status }) => status)).toEqual([...Array<string>(4).fill('fulfilled'), 'rejected', 'rejected']);
});

test('a part that is told of reloads is told of each, and what it cannot take is in the answer', async () => {
  const { app, reload } = await started();
  const told: number[] = [];
  app.reload.onReload({
    name: 'bodies',
    keys: ['server.bodyLimitBytes'],
    apply: (after, before) => {
      told.push(after.server.bodyLimitBytes - before.server.bodyLimitBytes);
      if (told.length === 3) throw new Error('no such certificate');
    },
  });
  expect(await reload()).toMatchObject({ changed: false });
  const report = await reload(`${base}server: { bodyLimitBytes: 65537 }\n`);
  expect(report).toMatchObject({ sections: ['server.bodyLimitBytes'], restartNeeded: [] });
  expect(told).toEqual([0, 1]);
  expect((await reload()).problems).toEqual(['bodies: no such certificate']);
});
