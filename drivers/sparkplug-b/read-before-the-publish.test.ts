import { expect, test } from 'vitest';
import { encode } from '../../simulators/sparkplug-b/encode.ts';
import { settle } from '../../src/testing/virtual-clock.ts';
import { recordingContext, sharedOn } from '../../test/support/message-call.ts';
import { TappedConnection } from '../../test/support/mqtt/tapped.ts';
import { sparkplugBench, writeProperty } from '../../test/support/sparkplug.ts';
import { sparkplugB } from './driver.ts';

test('data that were read before the publish and are told after it confirm nothing', async () => {
  const its = sparkplugBench();
  const tapped = new TappedConnection(its.near);
  const { context } = recordingContext(its.clock, undefined, sharedOn(tapped, its.clock));
  const attaching = sparkplugB.attach(tapped, { group: 'G', node: 'N', device: 'D', replyTimeoutMs: 400 }, context);
  await its.clock.advance(500);
  const session = await attaching;
  const rebirth = { name: 'Node Control/Rebirth', datatype: 11, value: false };
  await its.say('G/NBIRTH/N', [its.bdSeq(1), rebirth], 0);
  await its.say('G/DBIRTH/N/D', [{ name: 'Speed', alias: 1, datatype: 3, value: 0 }], 1);
  let isSettled = false;
  const { written } = tapped;
  const write = writeProperty(session, 'speed', 1500, its.call()).finally(() => (isSettled = true));
  await settle();
  expect(tapped.written).toBe(written + 1);
  const tell = (seq: number, before: number): void =>
    tapped.inject({
      topic: 'spBv1.0/G/DDATA/N/D',
      payload: encode({ timestamp: 0, metrics: [{ alias: 1, datatype: 3, value: 1500 }], seq }),
      retained: false,
      readEarlier: { written: before, time: 0 },
    });
  tell(2, written);
  await settle();
  expect(isSettled).toBe(false);
  tell(3, written + 1);
  await write;
});
