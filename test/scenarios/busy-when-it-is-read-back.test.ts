import { expect, test } from 'vitest';
import { definitionDriver } from '../../drivers/declarative/driver.ts';
import { type Answers, FarDevice } from '../support/defined-device.ts';
import { definitionOf } from '../support/definition.ts';
import { createRig, MemoryLine } from '../support/rig.ts';

/** It saves what it is told for a while, and answers no question meanwhile. */
async function saving(withinMs: number, answers: Answers) {
  const served: FarDevice[] = [];
  const line = new MemoryLine((far) => void served.push(new FarDevice(far, { S40: 'OK\n', ...answers })));
  const definition = definitionOf({
    name: 'oven',
    errors: [{ match: 'WAIT', outcome: 'busy' }],
    properties: {
      setpoint: {
        schema: { type: 'number', minimum: 0, maximum: 100 },
        pollMs: 60_000,
        read: { send: 'S?', expect: 'S{value:%d}' },
        write: { send: 'S{value:%d}', expect: 'OK', spec: { confirmation: 'confirmed', verify: { withinMs } } },
      },
    },
  });
  const rig = createRig(definitionDriver(definition), { line }, [{ id: 'oven', connection: 'line' }]);
  await rig.until(() => rig.device('oven').reading('setpoint').at !== undefined);
  const record = await rig.settled(rig.submit('oven', 'write:setpoint', { value: 40 }));
  return { record, heard: served.flatMap(({ heard }) => heard) };
}

test('a device that is busy when it is to be read back is asked again as long as there is time', async () => {
  const { record } = await saving(500, { 'S?': ['S20\n', 'WAIT\n', 'WAIT\n', 'S40\n'] });
  expect(record).toMatchObject({ outcome: 'succeeded', confirmation: 'confirmed' });
});

test('one that stays busy leaves open what became of it', async () => {
  const { record } = await saving(500, { 'S?': ['S20\n', 'WAIT\n'] });
  expect(record).toMatchObject({ outcome: 'unknown', error: { code: 'device-protocol' } });
});

test('where there is no time it is asked once', async () => {
  const { record, heard } = await saving(0, { 'S?': ['S20\n', 'WAIT\n', 'S40\n'] });
  expect(record).toMatchObject({ outcome: 'unknown' });
  expect(heard.filter((line) => line === 'S?').length).toBe(2);
});
