import { expect, test } from 'vitest';
import { MemoryStore } from '../../src/store/memory.ts';
import { createRig, MemoryLine, type Rig } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

const toBe = { driver: 'toy', connection: 'line', labels: {}, restrictions: {}, enabled: true };

/** Two devices on one line, stopped with everything; `a` was released by itself. */
async function releasedAlone() {
  const store = new MemoryStore(100);
  const toys = { a: new ToyDevice('a'), b: new ToyDevice('b') };
  const process = (): Rig => {
    const line = new MemoryLine((far) => Object.values(toys).forEach((toy) => toy.serve(far)));
    return createRig(toyDriver(), { line }, [], { store });
  };
  const ready = (rig: Rig) =>
    rig.until(() => ['a', 'b'].every((id) => rig.registry.find(id)?.reading('setpoint').quality === 'good'));
  const rig = process();
  for (const unit of ['a', 'b']) {
    await rig.devices.add({ ...toBe, id: unit, options: { unit }, managedBy: 'api' });
  }
  await ready(rig);
  await rig.settled(rig.stops.stopAll({ by: 'test' }));
  await rig.settled(rig.stops.release('a', 'test'));
  for (const toy of Object.values(toys)) toy.executed.length = 0;
  return { rig, toys, process, ready };
}

test('one that was released by itself is not stopped again by being disabled and enabled', async () => {
  const { rig, toys, ready } = await releasedAlone();
  for (const id of ['a', 'b']) {
    await rig.settled(rig.devices.change(id, { enabled: false }, { by: 'test' }));
    await rig.settled(rig.devices.change(id, { enabled: true }, { by: 'test' }));
  }
  await ready(rig);
  expect([rig.device('a').latched, rig.device('b').latched]).toEqual([false, true]);
  expect([toys.a.executed, toys.b.executed]).toEqual([[], ['STOP']]);
});

test('nor by a restart', async () => {
  const { toys, process, ready } = await releasedAlone();
  const next = process();
  await next.settled(next.control.restore());
  await ready(next);
  expect([next.device('a').latched, next.device('b').latched]).toEqual([false, true]);
  expect([toys.a.executed, toys.b.executed]).toEqual([[], ['STOP']]);
});

test('one that is added is stopped, and says by whom', async () => {
  const { rig } = await releasedAlone();
  rig.registry.add({ ...toBe, id: 'c', options: { unit: 'c' }, managedBy: 'config' });
  expect(rig.device('c').latchedBy).toBe('test');
});
