import { expect, test } from 'vitest';
import { callerWith } from '../../src/access/caller.ts';
import { parseScope } from '../../src/access/scope.ts';
import { BellcrankError } from '../../src/errors.ts';
import { callerOf } from '../support/access.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

async function lab() {
  const toy = new ToyDevice();
  const line = new MemoryLine((far) => toy.serve(far));
  const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line', labels: { room: 'lab' } }]);
  await rig.until(() => rig.device('toy').state === 'ready');
  const start = (caller: ReturnType<typeof callerOf>, command = 'pulse', params: unknown = {}) =>
    rig.pipeline.start({ device: 'toy', command, params, caller });
  return { toy, rig, start };
}

const unsent = { outcome: 'not-sent', reason: 'forbidden' };

test.each([
  ['command:toy:set', 'pulse', {}],
  ['read', 'pulse', {}],
  ['admin', 'pulse', {}],
  ['command:toy:setpoint', 'write:setpoint', { value: 1 }],
  ['command', 'raw', { text: 'PULSE\n' }],
  ['command:label/room=hall', 'pulse', {}],
])('%s does not let %s in: there is no command of it', async (scope, command, params) => {
  const { toy, rig, start } = await lab();
  await expect(start(callerOf('key:x', scope), command, params)).rejects.toMatchObject({
    code: 'forbidden',
    ...unsent,
  });
  expect((await rig.store.commands.list({ limit: 1 })).items).toEqual([]);
  expect(toy.executed).toEqual([]);
});

/** A command that waits behind one which the device has not answered. */
async function queued(caller: ReturnType<typeof callerOf>) {
  const its = await lab();
  its.toy.held = [];
  const first = await its.start(callerOf('key:other', 'command'), 'set', { value: 1 });
  const second = await its.start(caller);
  await its.rig.until(() => its.toy.executed.length === 1);
  return { ...its, first, second };
}

test('a key that is revoked while its command waits sends nothing', async () => {
  let over: BellcrankError | undefined;
  const caller = callerWith('key:ci', [parseScope('command')], () => over);
  const { toy, rig, second } = await queued(caller);
  over = new BellcrankError('unauthenticated', 'the key was revoked');
  toy.release();
  const record = await rig.settled(second.ended);
  expect(record).toMatchObject({ state: 'ended', by: 'key:ci', ...unsent, error: { detail: 'the key was revoked' } });
  expect(record.sentAt).toBeUndefined();
  expect(toy.executed).toEqual(['SET 1']);
});

test('a device that gets other labels while a command waits is not theirs any more', async () => {
  const { toy, rig, second } = await queued(callerOf('key:ci', 'command:label/room=lab'));
  rig.device('toy').labels = { room: 'hall' };
  toy.release();
  expect(await rig.settled(second.ended)).toMatchObject(unsent);
  expect(toy.executed).toEqual(['SET 1']);
});

test('one that is revoked while the record of its command is written sends nothing', async () => {
  const { toy, rig, start } = await lab();
  let over: BellcrankError | undefined;
  const caller = callerWith('key:ci', [parseScope('command')], () => over);
  const { put } = rig.store.commands;
  rig.store.commands.put = async (record) => {
    await put.call(rig.store.commands, record);
    if (record.state === 'sent') over = new BellcrankError('unauthenticated', 'the key was revoked');
  };
  const { ended } = await start(caller);
  expect(await rig.settled(ended)).toMatchObject(unsent);
  expect(toy.executed).toEqual([]);
});
