import { expect, test } from 'vitest';
import { need } from '../../src/command/need.ts';
import type { AnyDriver, ByteConnection } from '../../src/driver/index.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

/** A connection with one method of the test's own. */
function instead(connection: ByteConnection, method: string, run: (bytes: Uint8Array) => Promise<void>) {
  return new Proxy(connection, {
    get(target, key) {
      if (key === method) return run;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Polled every second; a command may wait for its turn for half a minute. */
function patientDriver(): AnyDriver {
  const driver = toyDriver();
  const { commands, properties } = driver.model;
  const value = need(properties['value']);
  const model = {
    ...driver.model,
    commands: { ...commands, set: { ...need(commands['set']), timeoutMs: 30_000 } },
    properties: { value: { ...value, access: 'read' as const, source: { pollMs: 1000 } } },
  };
  return { ...driver, model };
}

test('polls get their turn however many commands come', async () => {
  const toy = new ToyDevice();
  const line = new MemoryLine((far) => {
    const answer = (bytes: Uint8Array): Promise<void> => {
      rig.clock.timer(150, () => void far.write(bytes).catch(() => {}));
      return Promise.resolve();
    };
    toy.serve(instead(far, 'write', answer));
  });
  const rig = createRig(patientDriver(), { line }, [{ id: 'toy', connection: 'line' }]);
  await rig.until(() => rig.device('toy').reading('value').quality === 'good');
  const until = rig.clock.monotonic() + 60_000;
  const outcomes = new Set<string | undefined>();
  const client = async (): Promise<void> => {
    while (rig.clock.monotonic() < until) {
      outcomes.add((await rig.submit('toy', 'set', { value: 1 })).outcome);
    }
  };
  const clients = Array.from({ length: 40 }, client);
  const polled = new Set<number | undefined>();
  for (let second = 0; second < 60; second++) {
    await rig.clock.advance(1000);
    const { at, quality } = rig.device('toy').reading('value');
    polled.add(at);
    expect(quality).not.toBe('bad');
    // A queue of 40 takes six seconds; a poll is at most one behind a command that came with it.
    expect(rig.clock.now() - (at ?? 0)).toBeLessThan(10_000);
  }
  expect(polled.size).toBeGreaterThan(5);
  await rig.settled(Promise.all(clients));
  expect([...outcomes]).toEqual(['succeeded']);
});

test('output is discarded when an actuate returns without its confirmation', async () => {
  const toy = new ToyDevice();
  let discarded = 0;
  const line = new MemoryLine(
    (far) => toy.serve(far),
    (near) => instead(near, 'discardOutput', () => Promise.resolve(void discarded++)),
  );
  const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line' }]);
  await rig.until(() => rig.device('toy').reading('setpoint').quality === 'good');
  expect(await rig.settled(rig.submit('toy', 'set', { value: 1 }))).toMatchObject({ outcome: 'succeeded' });
  expect(discarded).toBe(0);
  expect(await rig.settled(rig.submit('toy', 'optimist'))).toMatchObject({ outcome: 'unknown' });
  await rig.until(() => rig.device('toy').state === 'ready');
  expect(discarded).toBe(1);
});
