import { Type } from '@sinclair/typebox';
import { expect, test } from 'vitest';
import { type AnyDriver, contractVersion, type Model } from '../../src/driver/index.ts';
import { createRig } from '../support/rig.ts';

const bare: Model = { name: 'shy', summary: 'Says what it is when asked', commands: {}, properties: {}, events: {} };
const whole: Model = {
  ...bare,
  properties: { level: { summary: 'Level', access: 'read', source: 'pushed', schema: Type.Number() } },
  events: { hello: { summary: 'Hello', data: Type.Object({}) } },
};

test('what a device tells while it attaches is of the model that it then has', async () => {
  const driver: AnyDriver = {
    contract: contractVersion,
    model: bare,
    transports: ['none'],
    options: Type.Object({}),
    selfDescribing: true,
    async attach(_connection, _options, { report, emit }) {
      report('level', 5);
      report('level', 6);
      emit('hello', {});
      return { model: whole, commands: {} };
    },
  };
  const rig = createRig(driver, {}, []);
  const device = rig.registry.add({
    id: 'shy',
    driver: 'shy',
    connection: undefined,
    options: {},
    labels: {},
    restrictions: {},
    enabled: true,
    managedBy: 'api',
  });
  await rig.until(() => device.state === 'ready');
  expect(device.reading('level')).toMatchObject({ value: 6, quality: 'good' });
  expect(rig.logged).not.toContain('driver reported an unknown property');
});
