import { expect, test } from 'vitest';
import { definitionDriver } from '../../drivers/declarative/driver.ts';
import { definitionOf } from '../support/definition.ts';
import { FarDevice } from '../support/defined-device.ts';
import { createRig, MemoryLine } from '../support/rig.ts';

/** Design, §4: urgent bypasses an exchange in flight without breaking its reply accounting. A line that echoes is refused. */
test('an urgent command on a line with a prompt leaves the exchange under way its reply', async () => {
  let device: FarDevice | undefined;
  const line = new MemoryLine((far) => void (device = new FarDevice(far, { ID: 'X\n> ' })));
  const driver = definitionDriver(
    definitionOf({
      line: { prompt: '> ' },
      identify: { send: 'ID', expect: 'X' },
      commands: {
        go: { send: 'GO', expect: 'OK' },
        beep: { spec: { urgent: true, confirmation: 'sent' }, send: 'BEEP' },
      },
    }),
  );
  const rig = createRig(driver, { line }, [{ id: 'd', connection: 'line' }]);
  await rig.until(() => rig.device('d').state === 'ready');
  const going = rig.submit('d', 'go');
  await rig.clock.advance(10);
  const beep = rig.submit('d', 'beep');
  await rig.clock.advance(5);
  for (const text of ['> ', 'OK\n', '> ']) await device?.say(text);
  expect(await rig.settled(beep)).toMatchObject({ outcome: 'succeeded' });
  expect(await rig.settled(going)).toMatchObject({ outcome: 'succeeded' });
});
