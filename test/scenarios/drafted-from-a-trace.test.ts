import { expect, test } from 'vitest';
import { simulators } from '../../simulators/index.ts';
import { differing, drafted } from '../../src/cli/scaffold/drafted.fixture.ts';
import { createLab } from '../../src/testing/index.ts';

test('what the service traced of a light on a broker is drafted, and the draft answers like it', async () => {
  expect(simulators.map(({ model }) => model)).toContain('wled');
  await using lab = await createLab({
    devices: { lamp: { model: 'wled', simulate: { topic: 'wled/aabbcc' }, options: { topic: 'wled/aabbcc' } } },
  });
  const lamp = lab.device('lamp');
  for (const brightness of [10, 200]) await lamp.write('brightness', brightness);
  await lamp.write('color', '00FF00');
  const { body, statusCode } = await lab.http.inject({
    url: '/v1/devices/lamp/trace?limit=500',
    headers: { accept: 'text/plain' },
  });
  expect(statusCode).toBe(200);
  const { draft, errors } = drafted(body);
  expect(errors).toEqual([]);
  expect(draft['topics']).toMatchObject({ availability: { topic: '{topic}/status' } });
  expect(draft['options']).toMatchObject({ topic: { default: 'wled/aabbcc' } });
  expect(draft['properties']?.['g']).toMatchObject({ write: { send: { topic: '{topic}' } } });
  expect(draft['properties']?.['c']).toMatchObject({ write: { send: { topic: '{topic}/col' } } });
  expect(await differing(body)).toEqual([]);
});
