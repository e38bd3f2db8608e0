import { expect, test } from 'vitest';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { messageCall, recordingContext, sharedOn } from '../../test/support/message-call.ts';
import { esphomeDriver } from './driver.ts';

/** What the firmware prints of its lights (`LightJSONSchema::dump_json`): `color` is there whatever the light. */
const bulb = '{"color_mode":"brightness","state":"ON","brightness":200,"color":{}}';
const strip = (white: number): string =>
  `{"color_mode":"rgbw","state":"ON","brightness":9,"color":{"r":255,"g":0,"b":0,"w":${white}},"white_value":${white}}`;

async function attached() {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const [near, far] = [hub.connect(), hub.connect()];
  const { context, told } = recordingContext(clock, undefined, sharedOn(near, clock));
  const say = async (topic: string, payload: string): Promise<void> => {
    await far.publish(`room/${topic}`, payload, { retain: true });
    await settle();
  };
  // As `LightJSONSchema::parse_color_json` reads it.
  await far.subscribe('room/light/strip/command', ({ payload }) => {
    const { white_value: white } = JSON.parse(Buffer.from(payload).toString()) as { white_value?: number };
    if (white !== undefined) void say('light/strip/state', strip(white));
  });
  await say('status', 'online');
  await say('light/bulb/state', bulb);
  await say('light/strip/state', strip(0));
  const attaching = esphomeDriver.attach(near, { prefix: 'room' }, context);
  await clock.advance(1000);
  const session = await attaching;
  return { clock, near, told, session, say };
}

test('a light of one colour has none to be set', async () => {
  const { told } = await attached();
  expect(Object.keys(told.models.at(-1)?.properties ?? {})).toEqual([
    'bulb',
    'bulb-brightness',
    'strip',
    'strip-brightness',
    'strip-color',
    'strip-white',
  ]);
  expect(told.value('strip-color')).toEqual({ r: 255, g: 0, b: 0 });
});

test('white is set and told under the name that it has in the firmware', async () => {
  const { clock, near, told, session } = await attached();
  const call = messageCall({ connection: near, clock });
  // Erased handlers take `never`.
  await session.write?.['strip-white']?.(50 as never, call.call as never);
  expect(call.published.map(({ payload }) => payload)).toEqual(['{"state":"ON","white_value":50}']);
  expect(call.confirmed.map(({ level }) => level)).toEqual(['confirmed']);
  expect(told.value('strip-white')).toBe(50);
});

test('a colour that the light no longer shows is not known', async () => {
  const { told, say } = await attached();
  await say(
    'light/strip/state',
    '{"color_mode":"white","state":"ON","brightness":9,"color":{"w":50},"white_value":50}',
  );
  expect(told.losses.map(({ property }) => property)).toEqual(['strip-color']);
});
