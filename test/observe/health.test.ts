import { expect, test } from 'vitest';
import { BellcrankError } from '../../src/errors.ts';
import { callerWith } from '../../src/access/caller.ts';
import { parseScope } from '../../src/access/scope.ts';
import { Health } from '../../src/observe/health.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import type { Store } from '../../src/store/store.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { httpOver, idleEventLoop, openAccess } from '../support/http.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

interface Ready {
  readonly status: string;
  readonly degraded?: readonly { readonly code: string; readonly detail: string }[];
}

function rigged(store: Store = new MemoryStore(1000)) {
  const dead = new MemoryLine(() => {});
  dead.down = true;
  const line = new MemoryLine((far) => new ToyDevice().serve(far));
  return createRig(toyDriver(), { line, dead }, [{ id: 'toy', connection: 'line' }], { store });
}

test('what is degraded is named, with what is wrong, and the service is ready all the same', async () => {
  const rig = rigged();
  const http = await httpOver(rig);
  await rig.until(() => rig.device('toy').state === 'ready');
  expect((await http.inject('/health/ready')).json<Ready>()).toMatchObject({ status: 'ok', degraded: [] });
  const common = { driver: 'toy', connection: 'dead', options: {}, labels: {}, restrictions: {} } as const;
  rig.registry.add({ ...common, id: 'gone', enabled: true, managedBy: 'api' });
  const detail = expect.stringContaining('1 of 2 devices are offline') as string;
  expect((await http.inject('/health/ready')).json<Ready>()).toMatchObject({
    status: 'ok',
    degraded: [{ code: 'devices-offline', detail }],
  });
});

test('a journal in trouble is named, and commands are refused', async () => {
  const store = new MemoryStore(1000);
  const rig = rigged(store);
  store.trouble = 'the disk is full; make room';
  const response = await (await httpOver(rig)).inject('/health/ready');
  expect(response.statusCode).toBe(503);
  expect(response.json<Ready>().degraded).toContainEqual({ code: 'journal', detail: 'the disk is full; make room' });
});

test('who may read nothing is told the status alone', async () => {
  const rig = rigged();
  const caller = { now: callerWith('somebody', []) };
  const access = { ...openAccess(rig), authenticate: () => caller.now };
  const http = await httpOver(rig, { access });
  const keys = async () => Object.keys((await http.inject('/health/ready')).json<Ready>()).toSorted();
  expect(await keys()).toEqual(['insecure', 'status', 'version']);
  caller.now = callerWith('reader', [parseScope('read:toy')]);
  expect(await keys()).toContain('degraded');
});

test('credentials that are wrong keep nobody from asking whether the service works', async () => {
  const rig = rigged();
  const authenticate = () => {
    throw new BellcrankError('unauthenticated', 'no such key');
  };
  const access = { ...openAccess(rig), authenticate };
  const http = await httpOver(rig, { access });
  const response = await http.inject({ url: '/health/ready', headers: { authorization: 'Bearer wrong' } });
  expect([response.statusCode, response.json<Ready>().degraded]).toEqual([200, undefined]);
});

test('a store that takes its time holds up nobody who asks how the service stands', async () => {
  const never = new Promise<void>(() => {});
  const http = await httpOver(rigged(), { opening: { started: never, known: never } });
  expect((await http.inject('/health/live')).statusCode).toBe(200);
  expect((await http.inject('/health/ready')).statusCode).toBe(200);
  expect((await http.inject('/metrics')).statusCode).toBe(200);
});

const roomy = () => Promise.resolve({ free: 1e12, total: 1e12 });

function watched(space: () => Promise<{ free: number; total: number }>, clock = new VirtualClock(), lateMs = () => 0) {
  const registry = { devices: [] };
  const eventLoop = { ...idleEventLoop, takePercentile99: lateMs };
  const common = { registry, store: new MemoryStore(10), clock, eventLoop };
  const health = new Health({ ...common, directory: '/data', troubles: {}, space });
  health.begin();
  const codes = (): string[] => health.degraded.map(({ code }) => code);
  return { health, clock, codes };
}

test('a disk that is nearly full is named, and no more once there is room', async () => {
  let free = 100e6;
  const { health, clock, codes } = watched(() => Promise.resolve({ free, total: 1e12 }));
  await clock.advance(0);
  expect(health.degraded).toMatchObject([
    { code: 'disk', detail: expect.stringContaining('100 MB are left') as string },
  ]);
  free = 500e9;
  await clock.advance(10_000);
  expect(codes()).toEqual([]);
  health.close();
});

test('an event loop that was late in the last ten seconds is named, and no more once it is not', async () => {
  let lateMs = 200.4;
  const { health, clock, codes } = watched(roomy, undefined, () => lateMs);
  await clock.advance(9999);
  expect(codes()).toEqual([]);
  await clock.advance(1);
  expect(health.degraded).toMatchObject([
    { code: 'event-loop', detail: expect.stringContaining('is 200 ms late') as string },
  ]);
  lateMs = 200;
  await clock.advance(10_000);
  expect(codes()).toEqual([]);
  health.close();
});

test('a disk that does not answer is asked once, and holds up nobody', async () => {
  let asked = 0;
  const { health, clock, codes } = watched(() => {
    asked++;
    return new Promise(() => {});
  });
  await clock.advance(60_000);
  expect([asked, codes()]).toEqual([1, []]);
  health.close();
});

test('a wall clock that was set is told for an hour', async () => {
  class Jumping extends VirtualClock {
    by = 0;
    override now(): number {
      return super.now() + this.by;
    }
  }
  const clock = new Jumping();
  const { health, codes } = watched(roomy, clock);
  await clock.advance(20_000);
  expect(codes()).toEqual([]);
  clock.by = -3_600_000;
  await clock.advance(10_000);
  expect(health.degraded).toMatchObject([
    { code: 'clock-jump', detail: expect.stringContaining('jumped by -3600 s') as string },
  ]);
  await clock.advance(3_600_001);
  expect(codes()).toEqual([]);
  health.close();
});
