import { expect, test } from 'vitest';
import type { AnyDriver } from '../../src/driver/index.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver, toyModel } from '../support/toy.ts';

/** A driver that becomes another behind the same name. */
function changing() {
  const first = toyDriver();
  let model = first.model;
  const attached: string[] = [];
  const driver: AnyDriver = {
    ...first,
    get model() {
      return model;
    },
    attach: async (...args) => {
      attached.push(model.summary);
      return await first.attach(...args);
    },
  };
  const { set } = toyModel.commands;
  const value = { type: 'number', minimum: 0, maximum: 50 };
  const params = { type: 'object', properties: { value }, required: ['value'], additionalProperties: false };
  const next = { ...toyModel, summary: 'Another', commands: { ...toyModel.commands, set: { ...set, params } } };
  const change = (): void => void (model = next);
  return { driver, attached, change };
}

async function ready() {
  const toy = new ToyDevice();
  const { driver, attached, change } = changing();
  const line = new MemoryLine((far) => toy.serve(far));
  const rig = createRig(driver, { line }, [{ id: 'toy', connection: 'line' }]);
  await rig.until(() => rig.device('toy').state === 'ready');
  return { toy, rig, driver, attached, change, line };
}

test('what is under way ends with the old driver, and what waits is checked against the new one', async () => {
  const { toy, rig, driver, attached, change } = await ready();
  toy.held = [];
  const first = rig.submit('toy', 'set', { value: 10 });
  await rig.until(() => toy.held?.length === 1);
  const tooMuch = rig.submit('toy', 'set', { value: 80 });
  const good = rig.submit('toy', 'set', { value: 20 });
  await rig.clock.advance(10);
  change();
  const renewed = rig.registry.renew(driver);
  await rig.clock.advance(20);
  expect(attached).toHaveLength(1);
  const [reply] = toy.held;
  toy.held = undefined;
  reply?.();
  expect(await rig.settled(first)).toMatchObject({ outcome: 'succeeded' });
  await rig.settled(renewed);
  expect(await rig.settled(tooMuch)).toMatchObject({ outcome: 'not-sent', error: { code: 'invalid-request' } });
  expect(await rig.settled(good)).toMatchObject({ outcome: 'succeeded' });
  expect(toy.executed.filter((line) => line.startsWith('SET'))).toEqual(['SET 10', 'SET 20']);
  expect(attached).toEqual(['A line device for tests', 'Another']);
  expect(rig.device('toy').model.summary).toBe('Another');
});

test('a device that is offline is described anew at once', async () => {
  const { rig, driver, change, line } = await ready();
  line.down = true;
  await line.cut();
  await rig.until(() => rig.device('toy').state !== 'ready');
  change();
  await rig.registry.renew(driver);
  expect(rig.device('toy').model.summary).toBe('Another');
  line.down = false;
  await rig.until(() => rig.device('toy').state === 'ready');
});

test('a driver that does not fit what its devices are configured with is objected to', async () => {
  const { rig, driver } = await ready();
  const options = { type: 'object', required: ['unit'], properties: { unit: { type: 'string' } } };
  expect(rig.registry.objections({ ...driver, options })).toEqual(['device toy: /options/unit is required']);
  expect(rig.registry.objections(driver)).toEqual([]);
});
