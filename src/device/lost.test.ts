import { Type } from '@sinclair/typebox';
import { expect, onTestFinished, test } from 'vitest';
import { createRig, MemoryLine } from '../../test/support/rig.ts';
import { defineDriver, defineModel, type TypedContext } from '../driver/define.ts';
import { BellcrankError } from '../errors.ts';

const model = defineModel({
  name: 'teller',
  summary: 'Tells one number, or that it does not know it',
  commands: {},
  properties: { depth: { summary: 'Depth', access: 'read', source: 'pushed', schema: Type.Number() } },
  events: {},
});

/** A device that is ready, and the context of its session. */
async function teller() {
  let told: TypedContext<typeof model> | undefined;
  const driver = defineDriver({
    model,
    transports: ['serial'],
    options: Type.Object({}, { additionalProperties: false }),
    async attach(_connection, _options, context) {
      told = context;
      return { commands: {}, resync: () => Promise.resolve() };
    },
  });
  const line = new MemoryLine(() => {});
  const rig = createRig(driver, { line }, [{ id: 't', connection: 'line' }]);
  onTestFinished(() => rig.registry.close(new BellcrankError('shutting-down', 'the test is over')));
  const device = rig.device('t');
  await rig.until(() => device.state === 'ready' && told !== undefined);
  if (told === undefined) throw new Error('it never attached');
  return { rig, line, device, context: told };
}

test('a lost property is bad and says why; its last value stands, and the next report makes it good', async () => {
  const { device, context, rig } = await teller();
  context.report('depth', 12);
  const at = rig.clock.now();
  await rig.clock.advance(1000);
  context.lost('depth', 'the sounder has no bottom');
  expect(device.reading('depth')).toEqual({ value: 12, at, quality: 'bad', error: 'the sounder has no bottom' });
  context.report('depth', 12);
  expect(device.reading('depth')).toEqual({ value: 12, at: at + 1000, quality: 'good' });
});

test('a property that was never told can be lost too', async () => {
  const { device, context } = await teller();
  context.lost('depth', 'w'.repeat(5000));
  expect(device.reading('depth')).toEqual({ value: null, at: undefined, quality: 'bad', error: 'w'.repeat(200) });
});

test('losing is not being heard of, and an unknown name changes nothing', async () => {
  const { device, context, rig } = await teller();
  const { lastSeenAt } = device;
  await rig.clock.advance(1000);
  context.lost('depth', 'gone');
  // A driver of somebody else's may not be compiled against its model.
  context.lost('width' as 'depth', 'gone');
  expect(device.lastSeenAt).toBe(lastSeenAt);
  expect(rig.logged).toContain('driver lost an unknown property');
});

test('after the session what it says of its properties is not heard', async () => {
  const { device, context, line, rig } = await teller();
  context.report('depth', 12);
  await line.cut();
  await rig.until(() => device.state === 'offline');
  context.lost('depth', 'too late');
  expect(device.reading('depth')).toMatchObject({ value: 12, quality: 'stale' });
});
