import { expect, test } from 'vitest';
import { sparkplugB } from '../../drivers/sparkplug-b/driver.ts';
import { encode, type OutMetric } from '../../simulators/sparkplug-b/encode.ts';
import { HubLine } from '../support/hub-line.ts';
import { httpOver } from '../support/http.ts';
import { createRig } from '../support/rig.ts';

const nasty = 'Level\u0000\u001b[2J\u0085\u{1f4a9}';
const lone = `${'x'.repeat(199)}\u{1f4a9}`;

async function node(metrics: readonly OutMetric[]) {
  const line = new HubLine();
  const options = { group: 'G', node: 'N' };
  const rig = createRig(sparkplugB, { broker: line }, [{ id: 'node', connection: 'broker', options }]);
  const far = line.hub.connect();
  const bdSeq: OutMetric = { name: 'bdSeq', datatype: 8, value: 1 };
  await rig.clock.advance(600);
  const birth = encode({ timestamp: rig.clock.now(), metrics: [bdSeq, ...metrics], seq: 0 });
  await far.publish('spBv1.0/G/NBIRTH/N', birth);
  await rig.until(() => rig.device('node').state === 'ready');
  const http = await httpOver(rig);
  const get = async (url: string) => (await rig.settled(http.inject({ method: 'GET', url }))).json<object>();
  const put = async (url: string, value: unknown) => {
    const headers = { 'content-type': 'application/json' };
    return (
      await rig.settled(http.inject({ method: 'PUT', url, headers, payload: { value } as object }))
    ).json<object>();
  };
  return { rig, get, put, line };
}

test('what is called as a member of every object is a property as any other, and where it is not, is none', async () => {
  const its = await node([{ name: 'constructor', datatype: 3, value: 7 }]);
  expect(await its.get('/v1/devices/node/properties/constructor')).toMatchObject({ value: 7, quality: 'good' });
  expect(await its.put('/v1/devices/node/properties/constructor', 'x')).toMatchObject({ code: 'invalid-request' });
  const other = await node([{ name: 'level', datatype: 3, value: 7 }]);
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
    expect(await other.get(`/v1/devices/node/properties/${name}`)).toMatchObject({ code: 'property-not-found' });
    expect(await other.put(`/v1/devices/node/properties/${name}`, 1)).toMatchObject({ code: 'property-not-found' });
  }
});

test('no control character of a device is in its description, nor half a character', async () => {
  const { rig, get } = await node([
    { name: nasty, datatype: 3, value: 7, properties: { engUnit: '\u0007' } },
    { name: lone, datatype: 3, value: 7 },
  ]);
  const texts: string[] = [];
  const collect = (_key: string, value: unknown): unknown => {
    if (typeof value === 'string') texts.push(value);
    return value;
  };
  JSON.stringify([rig.device('node').model, await get('/openapi.json')], collect);
  expect(texts).toContainEqual(expect.stringContaining('Level'));
  // oxlint-disable-next-line no-control-regex -- They are what it looks for.
  expect(texts.filter((text) => /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(text))).toEqual([]);
  expect(texts.filter((text) => !text.isWellFormed())).toEqual([]);
});
