import { expect, test } from 'vitest';
import { shellyGen2Driver } from '../../drivers/shelly-gen2/driver.ts';
import { sparkplugB } from '../../drivers/sparkplug-b/driver.ts';
import { tasmotaDriver } from '../../drivers/tasmota/driver.ts';
import { topicMapDriver } from '../../drivers/declarative/topics/driver.ts';
import { zigbee2mqtt } from '../../drivers/zigbee2mqtt/driver.ts';
import { type AnyDriver, payloadFields } from '../../src/driver/index.ts';
import { topicMapOf } from '../support/topic-map-texts.ts';
import { HubLine } from '../support/hub-line.ts';
import { recordingContext, sharedOn } from '../support/message-call.ts';
import { createRig } from '../support/rig.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';

type Fields = Readonly<Record<string, unknown>>;
type Say = (topic: string, payload: unknown) => void;

/** A device that answers at once while it is attached, and as late as it is told to after that. */
async function attached(
  driver: AnyDriver,
  options: object,
  filter: string,
  answer: (topic: string, asked: Fields, say: Say) => void,
) {
  const line = new HubLine();
  const rig = createRig(driver, { line }, [{ id: 'slow', connection: 'line', options }]);
  let lateMs = 0;
  const far = line.hub.connect();
  const say: Say = (topic, payload) => {
    if (lateMs === 0) return line.publish(topic, payload, false);
    rig.clock.timer(lateMs, () => line.publish(topic, payload, false));
  };
  await far.subscribe(filter, ({ topic, payload }) => answer(topic, payloadFields(payload) ?? {}, say));
  return {
    ...rig,
    line,
    /** The value of a property that is asked for while each answer takes so long. */
    async read(property: string, ms: number): Promise<unknown> {
      await rig.clock.advance(5000);
      expect(rig.device('slow').state).toBe('ready');
      lateMs = ms;
      const reading = rig.device('slow').read(property, 0, new AbortController().signal);
      const [settled] = await Promise.allSettled([reading, rig.clock.advance(12_000)]);
      return settled.status === 'fulfilled' ? settled.value.value : String(settled.reason);
    },
  };
}

test('of a Shelly', async () => {
  const id = 'shellyplus1-aabbccddeeff';
  const options = { topic: id, replyTimeoutMs: 6000 };
  const { read } = await attached(shellyGen2Driver, options, `${id}/rpc`, (_topic, asked, say) => {
    const { id: request, src, method } = asked;
    const whole = { 'switch:0': { id: 0, output: true } };
    const answers: Fields = {
      'Shelly.GetDeviceInfo': { id, gen: 2, app: 'Plus1' },
      'Shelly.GetStatus': whole,
      'Switch.GetStatus': whole['switch:0'],
    };
    say(`${String(src)}/rpc`, { id: request, src: id, dst: src, result: answers[String(method)] });
  });
  expect(await read('switch-0', 4000)).toBe(true);
});

test('of a device behind zigbee2mqtt, which is given 9 s', async () => {
  const feature = { type: 'binary', name: 'state', property: 'state', value_on: 'ON', value_off: 'OFF', access: 7 };
  const device = {
    ieee_address: '0x00158d00018255df',
    type: 'EndDevice',
    supported: true,
    friendly_name: 'lamp',
    definition: { model: 'L', vendor: 'V', description: 'A lamp', exposes: [{ type: 'switch', features: [feature] }] },
    interview_completed: true,
  };
  const { read, line } = await attached(
    zigbee2mqtt,
    { device: 'lamp' },
    'zigbee2mqtt/lamp/get',
    (_topic, _asked, say) => say('zigbee2mqtt/lamp', { state: 'ON' }),
  );
  line.publish('zigbee2mqtt/bridge/state', { state: 'online' });
  line.publish('zigbee2mqtt/bridge/devices', [device]);
  expect(await read('state', 8000)).toBe(true);
});

test('of one that is asked for two things, one after the other, and others have their turn in between', async () => {
  const driver = topicMapDriver(
    topicMapOf(`
model: tank
summary: A tank
topics: { replyTimeoutMs: 5000 }
properties:
  level: { schema: { type: number }, pollMs: 20000, read: { send: { topic: tank/get/level }, reply: { topic: tank/is/level, payload: '{value:%f}' } } }
  flow: { schema: { type: number }, pollMs: 20000, read: { send: { topic: tank/get/flow }, reply: { topic: tank/is/flow, payload: '{value:%f}' } } }
commands: { drain: { effect: actuate, send: { topic: tank/get/out } } }
`),
  );
  let said = '1';
  const asked: string[] = [];
  const { read, device, clock, submit } = await attached(driver, {}, 'tank/get/+', (topic, _asked, say) => {
    asked.push(topic.slice('tank/get/'.length));
    say(topic.replace('get', 'is'), said);
  });
  expect(await read('level', 4000)).toBe(1);
  said = '2';
  asked.length = 0;
  await clock.advance(5000);
  expect(asked).toEqual(['level']);
  const draining = submit('slow', 'drain');
  await clock.advance(20_000);
  expect(await draining).toMatchObject({ outcome: 'succeeded' });
  expect(asked.slice(0, 3)).toEqual(['level', 'out', 'flow']);
  expect([device('slow').reading('level').value, device('slow').reading('flow').value]).toEqual([2, 2]);
});

test.each([
  ['a Tasmota, of which two things may be asked', tasmotaDriver, { topic: 'plug' }, 10_000],
  ['a Sparkplug node', sparkplugB, { group: 'g', node: 'n' }, 5000],
])('of %s', async (_name, driver, options, leastMs) => {
  const clock = new VirtualClock();
  const near = new MemoryHub().connect();
  const { context } = recordingContext(clock, undefined, sharedOn(near, clock));
  const attaching = driver.attach(near, { ...options, replyTimeoutMs: 5000 }, context);
  await clock.advance(60_000);
  expect((await attaching).readWithinMs?.(['power'])).toBeGreaterThan(leastMs);
});
