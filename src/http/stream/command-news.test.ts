import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CommandRecord } from '../../store/record.ts';
import { Later, Stream } from '../../stream/index.ts';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { commandView } from '../views.ts';
import { commandNews } from './command-news.ts';

const record: CommandRecord = {
  id: '01938c2e-0000-7000-8000-000000000001',
  device: 'psu-1',
  command: 'set-voltage',
  params: { volts: 5 },
  by: 'key:ci',
  simulated: true,
  declared: 'confirmed',
  submittedAt: 1_800_000_000_000,
  state: 'ended',
  outcome: 'succeeded',
  confirmation: 'confirmed',
  result: { volts: 5 },
  endedAt: 1_800_000_000_100,
};

/** What somebody reads who comes later. */
function readLater(data: object, meanwhile: () => void): object {
  const stream = new Stream({ clock: new VirtualClock() });
  // Somebody has been there, and may come back.
  stream.follow(() => {})();
  const after = stream.lastId;
  stream.publish({ type: 'command', device: 'psu-1', data });
  meanwhile();
  const read: object[] = [];
  const sink = { write: (frame: Uint8Array) => read.push(dataOf(frame)) > 0, overrun: () => {} };
  stream.subscribe({ filter: {}, after, mayHear: () => true, sink }).flow();
  return read[0] ?? {};
}

function dataOf(frame: Uint8Array): object {
  const [, json = ''] = /^data: (.*)$/m.exec(Buffer.from(frame).toString()) ?? [];
  return JSON.parse(json) as object;
}

test('a command is made into text when somebody reads it, and tells what was told then', () => {
  const result = { volts: 5 };
  const params = { volts: 5 };
  const news = commandNews({ ...record, params, result }, { position: 2 });
  expect(news).toBeInstanceOf(Later);
  const read = readLater(news, () => {
    result.volts = 99;
    params.volts = 99;
  });
  expect(read).toEqual({ ...asJson(commandView(record)), position: 2 });
});

test('what drivers can change deep inside is written at once', () => {
  const result = { channels: [{ volts: 5 }] };
  const news = commandNews({ ...record, result });
  const read = readLater(news, () => (result.channels[0] = { volts: 99 }));
  expect(read).toMatchObject({ result: { channels: [{ volts: 5 }] } });
});

test('whatever a command brings, later it reads as at once, and what is kept of it is not much heavier than it says', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (params, result) => {
      const its = { ...record, params, result };
      const news = commandNews(its);
      const atOnce = JSON.stringify(commandView(its));
      expect(readLater(news, () => {})).toEqual(JSON.parse(atOnce));
      if (news instanceof Later) expect(atOnce.length).toBeLessThan(2 * news.characters);
    }),
  );
});

function asJson(value: object): object {
  return JSON.parse(JSON.stringify(value)) as object;
}
