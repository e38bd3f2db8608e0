import { expect, test } from 'vitest';
import { definitionDriver } from '../../drivers/declarative/driver.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { definitionOf } from '../support/definition.ts';
import { FarDevice } from '../support/defined-device.ts';
import { createRig, MemoryLine } from '../support/rig.ts';

/** A long command gives the line away between its rounds, and listens for the end of the motion meanwhile. */
test.each([100, 60_000])('polled each %i ms, a long command hears what it listens for', async (pollMs) => {
  const clock = new VirtualClock();
  let device: FarDevice | undefined;
  const answers = {
    ID: 'X\n',
    MOVE: 'OK\n',
    'P?': ['0\n', '0\n', '0\n', '0\n', '0\n', '5\nDONE\n', '5\n'],
    'V?': '1\n',
  };
  const line = new MemoryLine((far) => void (device = new FarDevice(far, answers)));
  const driver = definitionDriver(
    definitionOf({
      identify: { send: 'ID', expect: 'X' },
      properties: { value: { schema: { type: 'number' }, pollMs, read: { send: 'V?', expect: '{value:%d}' } } },
      commands: {
        move: {
          spec: { long: true },
          steps: [
            { send: 'MOVE', expect: 'OK' },
            { repeat: { send: 'P?', expect: '{at:%d}', until: { at: 5 }, everyMs: 100 } },
            { expect: 'DONE' },
          ],
        },
      },
    }),
  );
  const rig = createRig(driver, { line }, [{ id: 'd', connection: 'line' }], { clock });
  await rig.until(() => rig.device('d').reading('value').quality === 'good');
  const record = await rig.settled(rig.submit('d', 'move'));
  expect(device?.heard.filter((message) => message === 'MOVE')).toHaveLength(1);
  expect(record).toMatchObject({ outcome: 'succeeded' });
});
