import { expect, test } from 'vitest';
import { prettyLines } from '../../src/cli/pretty-log.ts';
import { logCommand } from '../../src/observe/command-log.ts';
import { RequestLog } from '../../src/observe/request-log.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { httpOver } from '../support/http.ts';
import { createRig, MemoryLine, silentLog } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

const record = {
  id: 'c1',
  device: 'toy',
  command: 'set',
  params: {},
  by: 'key:ci',
  simulated: true,
  declared: 'acknowledged',
  submittedAt: 0,
  state: 'ended',
  outcome: 'succeeded',
} as const;

function collected() {
  const lines: object[] = [];
  const write = (fields: object, message: string): void => void lines.push({ ...fields, message });
  return { lines, log: { ...silentLog, info: write, warn: write } };
}

test('a command’s line has its ids, its outcome and where its time went', () => {
  const { lines, log } = collected();
  logCommand(log, { ...record }, { totalMs: 12.34567, queueMs: 2, wireMs: 10.34567 });
  expect(lines).toEqual([
    {
      message: 'command ended',
      command: 'c1',
      device: 'toy',
      name: 'set',
      outcome: 'succeeded',
      by: 'key:ci',
      queueMs: 2,
      wireMs: 10.346,
      totalMs: 12.346,
      simulated: true,
    },
  ]);
});

test('a line that a late reply caused says so, and has no times', () => {
  const { lines, log } = collected();
  logCommand(log, { ...record, simulated: false }, undefined);
  // What is undefined is not written.
  expect(lines[0]).toMatchObject({ resolvedLate: true, queueMs: undefined, wireMs: undefined, totalMs: undefined });
});

const answered = { method: 'GET', route: '/', path: '/', status: 200, ms: 1, by: 'a', from: '127.0.0.1' };

test('requests are written when their answers have gone, and those that are too many are counted', async () => {
  const { lines, log } = collected();
  const clock = new VirtualClock();
  const requests = new RequestLog('all', log, clock);
  for (let n = 0; n < 2500; n++) requests.take(answered);
  expect(lines).toEqual([]);
  await clock.advance(100);
  expect(lines).toHaveLength(2001);
  expect(lines.at(-1)).toEqual({ count: 500, message: 'more requests than were logged' });
});

test.each([
  ['off', false, false],
  ['errors', false, true],
  ['all', true, true],
] as const)('with `requests: %s` 200 is written: %s, 404: %s', (which, good, bad) => {
  const requests = new RequestLog(which, silentLog, new VirtualClock());
  expect([requests.wants(200), requests.wants(404)]).toEqual([good, bad]);
});

test('a request’s line says who asked for what; what a query held is not in it', async () => {
  const line = new MemoryLine((far) => new ToyDevice().serve(far));
  const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line' }]);
  const { lines, log } = collected();
  const http = await httpOver(rig, {
    logged: {
      which: 'all',
      log,
    },
  });
  await http.inject('/v1/devices/toy?key=secret');
  // It is gone by the time that its line is written.
  await rig.settled(http.inject({ method: 'DELETE', url: '/v1/devices/toy' }));
  await http.close();
  const its = { route: '/v1/devices/:id', path: '/v1/devices/toy', by: 'anonymous', device: 'toy', simulated: true };
  expect(lines.filter((each) => 'route' in each)).toMatchObject([
    { ...its, status: 400 },
    { ...its, status: 204 },
  ]);
});

test('what a device says steers no terminal, however it comes into the log', () => {
  const print = prettyLines(false);
  const evil = '\u001b[2J\u009b31m\u202e\u0007';
  const line = {
    level: 30,
    time: '2026-01-01T00:00:00.000Z',
    msg: evil,
    device: evil,
    [evil]: 1,
    deep: [{ data: evil }],
  };
  const error = { level: 50, msg: 'x', err: { type: 'Error', message: evil, stack: `Error: ${evil}\n    at here` } };
  for (const each of [line, error]) {
    const text = print(JSON.stringify(each));
    // oxlint-disable-next-line no-control-regex -- They are what it looks for.
    expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
  }
  expect(print(JSON.stringify(error))).toMatch(/\n +at here\n/);
});
