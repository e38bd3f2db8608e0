import { expect, test } from 'vitest';
import { Presence } from './presence.ts';

test('only changes are told, and a start afresh always', () => {
  const told: [boolean, string][] = [];
  const presence = new Presence({ availability: (available, detail) => void told.push([available, detail]) });
  expect(presence.here).toBeUndefined();
  presence.refuseIfAway();
  presence.back('it answered');
  presence.back('it spoke');
  presence.away('its last will says so');
  presence.away('its last will says so');
  expect(() => presence.refuseIfAway()).toThrow(
    expect.objectContaining({ code: 'device-offline', message: 'its last will says so; nothing was sent' }),
  );
  presence.back('it is back');
  presence.restarted('it started');
  expect(presence.starts).toBe(2);
  expect(told).toEqual([
    [true, 'it answered'],
    [false, 'its last will says so'],
    [true, 'it is back'],
    [true, 'it started'],
  ]);
});
