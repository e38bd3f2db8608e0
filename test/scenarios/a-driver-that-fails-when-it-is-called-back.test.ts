import { expect, test } from 'vitest';
import type { AnyDriver } from '../../src/driver/index.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

function fail(): never {
  throw new TypeError('a mistake');
}

/** Nobody awaits these. */
const failLater = (): unknown => Promise.resolve().then(fail);

test.each([
  ['a timer of its own', (context: Context) => void context.clock.timer(50, fail)],
  ['a timer of its own', (context: Context) => void context.clock.timer(50, failLater)],
  ['the end of its session', (context: Context) => context.onEnd(fail)],
  ['the end of its session', (context: Context) => context.onEnd(failLater)],
])('%s: neither its device nor the service ends, and it is told', async (at, begin) => {
  const toy = toyDriver();
  const driver: AnyDriver = {
    ...toy,
    attach(connection, options, context) {
      begin(context);
      return toy.attach(connection, options, context);
    },
  };
  const device = new ToyDevice();
  const line = new MemoryLine((far) => device.serve(far));
  const rig = createRig(driver, { line }, [{ id: 'toy', connection: 'line' }]);
  await rig.until(() => rig.device('toy').state === 'ready');
  await rig.clock.advance(100);
  await rig.device('toy').reconnect('a test');
  await rig.until(() => rig.device('toy').state === 'ready');
  expect(rig.logged.filter((text) => text.includes(`the driver failed at ${at}`)).length).toBeGreaterThan(0);
  expect(await rig.settled(rig.submit('toy', 'set', { value: 5 }))).toMatchObject({ outcome: 'succeeded' });
});

const no = (): never => {
  throw new Error('no');
};
/** They throw when they are looked at. */
const unseen = new Proxy({}, { get: no, has: no, getPrototypeOf: no });
const nameless: unknown = Object.create(null);
const silent = Object.defineProperty(new Error('x'), 'message', { get: no });

test.each([unseen, nameless, silent])(
  'what cannot be looked at, thrown by its attach or when it is called back, harms nobody (%#)',
  async (odd) => {
    const toy = toyDriver();
    let attaches = 0;
    const driver: AnyDriver = {
      ...toy,
      async attach(connection, options, context) {
        attaches++;
        if (attaches === 1) throw odd;
        context.clock.timer(50, () => {
          throw odd;
        });
        const later = (): unknown => Promise.reject(odd);
        context.clock.timer(60, later);
        if (connection?.shape === 'bytes')
          connection.onData(() => {
            throw odd;
          });
        context.onEnd(() => {
          throw odd;
        });
        return await toy.attach(connection, options, context);
      },
    };
    const device = new ToyDevice();
    const line = new MemoryLine((far) => device.serve(far));
    const rig = createRig(driver, { line }, [{ id: 'toy', connection: 'line' }]);
    await rig.until(() => rig.device('toy').state === 'ready');
    await rig.clock.advance(100);
    expect(await rig.settled(rig.submit('toy', 'set', { value: 5 }))).toMatchObject({ outcome: 'succeeded' });
    await rig.device('toy').reconnect('a test');
    await rig.until(() => rig.device('toy').state === 'ready');
    expect(rig.logged.filter((text) => text.includes('the driver failed at')).length).toBeGreaterThan(0);
  },
);

type Context = Parameters<AnyDriver['attach']>[2];
