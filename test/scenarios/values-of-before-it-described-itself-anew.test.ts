import { Type } from '@sinclair/typebox';
import { expect, test } from 'vitest';
import { type AnyDriver, type Context, contractVersion, type Model } from '../../src/driver/index.ts';
import { createRig } from '../support/rig.ts';

const bare: Model = { name: 'shy', summary: 'Says what it is when asked', commands: {}, properties: {}, events: {} };
const told = (schema: object): Model['properties'][string] => {
  return { summary: 'Told', access: 'read', source: 'pushed', schema: { ...schema } };
};
const before: Model = {
  ...bare,
  properties: {
    mode: told(Type.Number()),
    heat: told(Type.Number({ unit: '°C' })),
    level: told(Type.Number({ maximum: 10 })),
  },
};
const after: Model = {
  ...bare,
  properties: {
    mode: told(Type.String()),
    heat: told(Type.Number({ unit: '°F' })),
    level: told(Type.Number({ maximum: 9 })),
  },
};

test('a value that is none of its property any more, since the device described itself anew, is not good', async () => {
  let its: Context | undefined;
  const driver: AnyDriver = {
    contract: contractVersion,
    model: bare,
    transports: ['none'],
    options: Type.Object({}),
    selfDescribing: true,
    attach(_connection, _options, context) {
      its = context;
      return Promise.resolve({ model: before, commands: {} });
    },
  };
  const rig = createRig(driver, {}, []);
  const described = { options: {}, labels: {}, restrictions: {}, enabled: true, managedBy: 'api' } as const;
  const device = rig.registry.add({ id: 'shy', driver: 'shy', connection: undefined, ...described });
  await rig.until(() => device.state === 'ready');
  its?.report('mode', 5);
  its?.report('heat', 20);
  its?.report('level', 6);
  expect(device.reading('mode')).toMatchObject({ value: 5, quality: 'good' });
  its?.remodel(after);
  expect(device.reading('mode')).toMatchObject({ value: null, quality: 'bad' });
  expect(device.reading('heat')).toMatchObject({ value: null, quality: 'bad' });
  expect(device.reading('level')).toMatchObject({ value: 6, quality: 'good' });
  expect(rig.registry.get('shy').fresh()).toEqual(['level']);
  its?.report('mode', 'slow');
  expect(device.reading('mode')).toMatchObject({ value: 'slow', quality: 'good' });
});
