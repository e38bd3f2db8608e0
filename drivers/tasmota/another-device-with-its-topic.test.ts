import { expect, test } from 'vitest';
import { BellcrankError, type Context } from '../../src/driver/index.ts';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { messageCall, recordingContext, sharedOn } from '../../test/support/message-call.ts';
import { tasmotaDriver } from './driver.ts';

const [former, latter] = ['AAAAAA000001', 'BBBBBB000002'];

function announcement(mac: string, relays: number): string {
  const words = { ofln: 'Offline', onln: 'Online', state: ['OFF', 'ON', 'TOGGLE', 'HOLD'] };
  const topics = { t: 'kit', ft: '%prefix%/%topic%/', tp: ['cmnd', 'stat', 'tele'] };
  return JSON.stringify({ mac, md: `Board ${relays}`, rl: Array(relays).fill(1), lt_st: 0, ...words, ...topics });
}

/** Two devices are announced with one topic; who is there says which. */
async function bench(announced: readonly string[], network: object = {}) {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const [near, far] = [hub.connect(), hub.connect()];
  const { context: plain, told } = recordingContext(clock, undefined, sharedOn(near, clock));
  let here = latter;
  await far.subscribe('cmnd/kit/STATUS', ({ payload }) => {
    const number = Buffer.from(payload).toString();
    const answers: Readonly<Record<string, object>> = {
      '5': { StatusNET: { Mac: here.match(/../g)?.join(':'), ...network } },
      '11': { StatusSTS: { UptimeSec: 1 } },
      '10': { StatusSNS: { Time: 'x' } },
    };
    void far.publish(`stat/kit/STATUS${number}`, JSON.stringify(answers[number]));
  });
  const say = async (topic: string, payload: string): Promise<void> => {
    await far.publish(topic, payload, { retain: true });
    await settle();
  };
  // As the runtime holds it: whoever it was is whoever it has to be.
  const identify: Context['identify'] = (identity) => {
    plain.identify(identity);
    if (told.identities[0] !== identity) throw new BellcrankError('identity-mismatch', `it is ${identity}`);
  };
  for (const [index, mac] of announced.entries()) {
    await say(`tasmota/discovery/${mac}/config`, announcement(mac, index + 1));
  }
  await say('tele/kit/LWT', 'Online');
  const attaching = tasmotaDriver.attach(near, { topic: 'kit' }, { ...plain, identify });
  await clock.advance(1000);
  const session = await attaching;
  const resync = () => {
    // Erased handlers take `never`.
    const resyncing = Promise.resolve(session.resync?.(messageCall({ connection: near, clock }).call as never));
    return resyncing.then(
      () => 'in step',
      (error: unknown) => error,
    );
  };
  const become = (mac: string): void => void (here = mac);
  return { clock, told, say, resync, become };
}

test.each([[[former, latter]], [[latter, former]]])(
  'of several that are announced (%j) it is the one that answers',
  async (all) => {
    const { told } = await bench(all);
    expect(new Set(told.identities)).toEqual(new Set([latter]));
    expect(told.models.at(-1)?.name).toBe(`tasmota-board-${all.indexOf(latter) + 1}`);
  },
);

test('one that starts and is another one is told', async () => {
  const { say, resync, become } = await bench([latter]);
  await say('tele/kit/LWT', 'Online');
  expect(await resync()).toBe('in step');
  become(former);
  await say('tele/kit/LWT', 'Online');
  expect(await resync()).toMatchObject({ code: 'identity-mismatch' });
});

test('one on a cable is announced by the address of its radio, and is the same when it has started', async () => {
  const cable = { Ethernet: { IPAddress: '192.0.2.7', Mac: 'CC:CC:CC:00:00:03' } };
  const { told, say, resync } = await bench([latter], cable);
  await say('tele/kit/LWT', 'Online');
  expect(await resync()).toBe('in step');
  expect(new Set(told.identities)).toEqual(new Set([latter]));
});
