import { expect, test } from 'vitest';
import { definitionDriver } from '../../drivers/declarative/driver.ts';
import { changeableDriver } from '../../src/cli/reload/changeable.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { type DefinitionInput, definitionOf } from '../support/definition.ts';
import { FarDevice } from '../support/defined-device.ts';
import { createRig, MemoryLine } from '../support/rig.ts';

const number = { type: 'number' };

const definition = (message: string): DefinitionInput => ({
  name: 'pump',
  line: { replyTimeoutMs: 2000 },
  identify: { send: 'ID', expect: 'PUMP' },
  commands: { run: { params: { speed: number }, send: `${message}{speed:%d}`, expect: 'OK' } },
});

/** The file is saved while the device is slow to say who it is. */
test('a definition that is taken while a device attaches is what the device then has', async () => {
  const clock = new VirtualClock();
  let device: FarDevice | undefined;
  const line = new MemoryLine((far) => void (device = new FarDevice(far, { OLD5: 'OK\n', NEW5: 'OK\n' })));
  const { value: driver, change } = changeableDriver(definitionDriver(definitionOf(definition('OLD'))));
  const rig = createRig(driver, { line }, [{ id: 'pump', connection: 'line' }], { clock });
  await rig.until(() => device?.heard.includes('ID') === true);
  change(definitionDriver(definitionOf(definition('NEW'))));
  await rig.settled(rig.registry.renew(driver));
  device?.answer('ID', 'PUMP\n');
  void device?.say('PUMP\n');
  await rig.until(() => rig.device('pump').state === 'ready');
  await clock.advance(5000);
  await rig.settled(rig.submit('pump', 'run', { speed: 5 }));
  expect(device?.heard).toContain('NEW5');
  expect(device?.heard).not.toContain('OLD5');
});

test('a long command that lets others have the line is not broken off by a new definition', async () => {
  const clock = new VirtualClock();
  let device: FarDevice | undefined;
  const long = (summary: string): DefinitionInput => ({
    name: 'oven',
    identify: { send: 'ID', expect: 'OVEN' },
    commands: {
      heat: {
        spec: { long: true, timeoutMs: 5000, summary },
        steps: [
          { send: 'HEAT', expect: 'OK' },
          { repeat: { send: 'DONE', expect: '{done:%d}', until: { done: 1 }, everyMs: 500, withinMs: 60_000 } },
        ],
      },
    },
  });
  const answers = { ID: 'OVEN\n', HEAT: 'OK\n', DONE: '0\n' };
  const line = new MemoryLine((far) => void (device = new FarDevice(far, answers)));
  const { value: driver, change } = changeableDriver(definitionDriver(definitionOf(long('one'))));
  const rig = createRig(driver, { line }, [{ id: 'oven', connection: 'line' }], { clock });
  await rig.until(() => rig.device('oven').state === 'ready');
  const heating = rig.submit('oven', 'heat');
  await rig.until(() => device?.heard.includes('DONE') === true);
  await clock.advance(700);
  change(definitionDriver(definitionOf(long('two'))));
  const renewed = rig.registry.renew(driver);
  await clock.advance(700);
  device?.answer('DONE', '1\n');
  const record = await rig.settled(heating);
  await rig.settled(renewed);
  expect(record).toMatchObject({ outcome: 'succeeded' });
});
