import { expect, test } from 'vitest';
import type { AnyDriver } from '../../src/driver/index.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver, toyModel } from '../support/toy.ts';

/** A driver whose device tells its value by itself, once, and cannot be asked for it. */
function telling(): AnyDriver {
  const toy = toyDriver();
  let told = false;
  const { value, setpoint } = toyModel.properties;
  const properties = { value: { ...value, source: 'pushed' as const }, setpoint };
  return {
    ...toy,
    model: { ...toy.model, properties },
    async attach(connection, options, context) {
      const session = await toy.attach(connection, options, context);
      const { value: _, ...read } = session.read ?? {};
      if (!told) context.report('value', 42);
      told = true;
      return { ...session, read };
    },
  };
}

test('whoever asked before the device was attached hears that it cannot be asked, and no driver is at fault', async () => {
  const device = new ToyDevice();
  const line = new MemoryLine((far) => device.serve(far));
  const rig = createRig(telling(), { line }, [{ id: 'd', connection: 'line' }]);
  await rig.until(() => rig.device('d').reading('value').quality === 'good');
  await line.cut();
  await rig.until(() => rig.device('d').state === 'quarantined');
  const asked = rig.device('d').read('value', 0, new AbortController().signal);
  await expect(rig.settled(asked)).rejects.toMatchObject({
    code: 'no-value',
    message: expect.stringContaining('the device tells it by itself'),
  });
  expect(rig.device('d').state).toBe('ready');
  // That nobody could be asked says nothing of what was told before.
  expect(rig.device('d').reading('value')).toMatchObject({ value: 42, quality: 'stale' });
  expect(rig.logged).not.toContain('the driver is at fault');
});
