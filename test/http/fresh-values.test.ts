import { expect, test } from 'vitest';
import { gaugeRig } from '../support/gauge.ts';
import { httpOver } from '../support/http.ts';

const url = '/v1/devices/oven/properties/temperature';

test('a value that the device only tells by itself is not said to be fresh when it is not', async () => {
  const { gauge, rig } = await gaugeRig();
  const http = await httpOver(rig);
  const get = async (query: string) => await rig.settled(http.inject({ method: 'GET', url: url + query }));
  const never = await get('?maxAgeMs=0');
  expect(never.statusCode).toBe(503);
  expect(never.json()).toMatchObject({ code: 'no-value', detail: expect.stringContaining('not told it yet') });
  gauge.tell(21);
  await rig.clock.advance(5000);
  const old = await get('?maxAgeMs=4999');
  expect(old.statusCode).toBe(503);
  expect(old.json()).toMatchObject({
    code: 'no-value',
    detail: 'temperature of oven cannot be asked for: the device tells it by itself, and last did so 5000 ms ago',
  });
  for (const query of ['?maxAgeMs=60000', '']) {
    const answer = await get(query);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ value: 21, quality: 'good' });
  }
});
