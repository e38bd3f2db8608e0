import { trusted } from '../../src/access/caller.ts';
import { expect, test } from 'vitest';
import { tasmotaDriver } from '../../drivers/tasmota/driver.ts';
import { FlakyStore } from '../support/flaky-store.ts';
import { HubLine } from '../support/hub-line.ts';
import { createRig } from '../support/rig.ts';

const sts = '{"StatusSTS":{"POWER":"OFF"}}';
const net = '{"StatusNET":{"Mac":"DE:AD:BE:4A:3B:2C"}}';

async function plug() {
  const store = new FlakyStore();
  const line = new HubLine();
  const far = line.hub.connect('plug');
  const obeyed: string[] = [];
  const answers: Readonly<Record<string, readonly [string, string]>> = {
    'STATUS 5': ['STATUS5', net],
    'STATUS 11': ['STATUS11', sts],
    'STATUS 10': ['STATUS10', '{"StatusSNS":{}}'],
    'POWER ON': ['RESULT', '{"POWER":"ON"}'],
  };
  await far.subscribe('cmnd/plug/+', ({ topic, payload, retained }) => {
    const asked = `${topic.slice('cmnd/plug/'.length)} ${Buffer.from(payload).toString()}`;
    obeyed.push(asked);
    const [on, said] = answers[asked] ?? [];
    if (on !== undefined && !retained) void far.publish(`stat/plug/${on}`, said ?? '');
  });
  line.publish('tele/plug/LWT', 'Online');
  const options = { topic: 'plug' };
  const rig = createRig(tasmotaDriver, { broker: line }, [{ id: 'plug', connection: 'broker', options }], { store });
  await rig.until(() => rig.device('plug').state === 'ready');
  return { rig, store, line, obeyed };
}

test('what says that it is away before the command has left is told nothing', async () => {
  const { rig, store, line, obeyed } = await plug();
  store.mode = 'hangs';
  const { ended } = await rig.pipeline.start({
    device: 'plug',
    command: 'power',
    params: { on: true },
    caller: trusted('test'),
  });
  await rig.clock.advance(10);
  line.publish('tele/plug/LWT', 'Offline');
  await rig.clock.advance(10);
  expect(rig.device('plug').state).toBe('offline');
  store.mend();
  expect(await rig.settled(ended)).toMatchObject({
    outcome: 'not-sent',
    reason: 'offline',
    error: { code: 'device-offline' },
  });
  expect(obeyed).not.toContain('POWER ON');
});

test('what describes itself anew before the command has left is told nothing that it no longer takes', async () => {
  const { rig, store, line, obeyed } = await plug();
  store.mode = 'hangs';
  const { ended } = await rig.pipeline.start({
    device: 'plug',
    command: 'power',
    params: { on: true },
    caller: trusted('test'),
  });
  await rig.clock.advance(10);
  line.publish('tele/plug/STATE', '{"POWER1":"OFF","POWER2":"OFF"}', false);
  await rig.clock.advance(10);
  expect(Object.keys(rig.device('plug').model.commands)).not.toContain('power');
  store.mend();
  expect(await rig.settled(ended)).toMatchObject({ outcome: 'not-sent', error: { code: 'command-not-found' } });
  expect(obeyed.filter((asked) => asked.startsWith('POWER'))).toEqual([]);
});
