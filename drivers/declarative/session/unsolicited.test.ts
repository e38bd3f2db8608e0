import { expect, test } from 'vitest';
import { definedDevice } from '../../../test/support/defined-device.ts';
import type { DefinitionInput } from '../../../test/support/definition.ts';

const number = { type: 'number' };

const input: DefinitionInput = {
  options: { address: { type: 'integer', default: 2 } },
  frame: { expect: '{address:%d}:{message}' },
  properties: {
    temperature: { schema: number },
    humidity: { schema: number },
    value: { schema: number, read: { send: 'V?', expect: '{value:%d}' } },
  },
  events: { alarm: {} },
  unsolicited: [
    { match: 'T={value:%d}', report: { temperature: 'value' }, fields: { value: { scale: 0.1, offset: 0 } } },
    { match: 'TH={t:%d},{h:%d}', report: { temperature: 't', humidity: 'h' } },
    { match: 'ALARM {code:%d} {text:%s}', emit: 'alarm' },
    { match: 'HB' },
  ],
};

test('what is sent unasked is reported, emitted or left aside', async () => {
  const bench = definedDevice(input);
  await bench.attached();
  await bench.device.say('2:T=215\n2:HB\n2:ALARM 3 too hot\n2:TH=20,55\n');
  await bench.clock.advance(0);
  expect(bench.told.reports).toEqual([
    { property: 'temperature', value: 21.5 },
    { property: 'temperature', value: 20 },
    { property: 'humidity', value: 55 },
  ]);
  expect(bench.told.events).toEqual([{ event: 'alarm', data: { code: 3, text: 'too hot' } }]);
  expect(bench.told.unmatched).toEqual([]);
});

test('everything else is counted', async () => {
  const bench = definedDevice(input);
  await bench.attached();
  await bench.device.say('2:T=hot\n3:HB\n');
  await bench.clock.advance(0);
  expect(bench.told.reports).toEqual([]);
  expect(bench.told.unmatched).toHaveLength(2);
});

test('it never answers a question', async () => {
  const bench = definedDevice(input, { 'V?': '2:T=5\n2:HB\n2:7\n' });
  const { read } = await bench.attached();
  await expect(read('value', bench.call().call)).resolves.toBe(7);
  expect(bench.told.reports).toEqual([{ property: 'temperature', value: 0.5 }]);
});

test('it is heard while the device is being attached', async () => {
  const bench = definedDevice({ ...input, init: [{ waitMs: 50 }] });
  const attached = bench.attach();
  await bench.device.say('2:T=10\n');
  await bench.clock.advance(50);
  await attached;
  expect(bench.told.reports).toEqual([{ property: 'temperature', value: 1 }]);
});

test('an event has the address where it says so', async () => {
  const properties = { address: { type: 'integer' }, code: { type: 'integer' } };
  const bench = definedDevice({
    ...input,
    events: { alarm: { type: 'object', properties }, other: {} },
    unsolicited: [
      { match: 'ALARM {code:%d}', emit: 'alarm' },
      { match: 'OTHER {code:%d}', emit: 'other' },
    ],
  });
  await bench.attached();
  await bench.device.say('2:ALARM 3\n2:OTHER 4\n');
  await bench.clock.advance(0);
  expect(bench.told.events).toEqual([
    { event: 'alarm', data: { address: 2, code: 3 } },
    { event: 'other', data: { code: 4 } },
  ]);
});

test('a stream of frames with a length is found again by whoever joins it in the middle of one', async () => {
  const bench = definedDevice({
    line: { reply: { by: 'length-field', offset: 2, size: 2, littleEndian: false, adds: 4, maxBytes: 64 } },
    properties: { mass: { schema: number } },
    unsolicited: [{ match: 'BM\\x00\\x04{m:%2r}{%<sum16>}', report: { mass: 'm' } }],
  });
  await bench.attached();
  const frame = 'BM\x00\x04\x02\x01\x00\x96';
  await bench.device.say(frame.slice(1));
  await bench.clock.advance(200);
  await bench.device.say(frame);
  await bench.clock.advance(200);
  await bench.device.say(frame);
  await bench.clock.advance(0);
  expect(bench.told.reports).toEqual([
    { property: 'mass', value: 513 },
    { property: 'mass', value: 513 },
  ]);
  expect(bench.told.unmatched).toHaveLength(1);
});
