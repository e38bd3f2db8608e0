import { describe, expect, test } from 'vitest';
import { announcedIn, discoveredIn, macOf } from './announcement.ts';

/** As ESPHome 2024 announced a cover, a light, a number … of a node called livingroom. */
const dev = {
  ids: 'a4cf12345678',
  name: 'Living Room',
  sw: '2024.6.0 (config hash 0x1)',
  mdl: 'esp32dev',
  mf: 'Espressif',
};
const told = (type: string, id: string, config: object) =>
  announcedIn(type, id, Buffer.from(JSON.stringify({ dev, avty_t: 'livingroom/status', ...config })));

describe('a discovery message', () => {
  test('of a switch', () => {
    const stat_t = 'livingroom/switch/relay/state';
    expect(told('switch', 'relay', { stat_t, cmd_t: 'livingroom/switch/relay/command' })).toEqual({
      prefix: 'livingroom',
      component: { type: 'switch', id: 'relay', has: [] },
      node: {
        mac: 'a4cf12345678',
        name: 'Living Room',
        board: 'esp32dev',
        manufacturer: 'Espressif',
        version: '2024.6.0 (config hash 0x1)',
      },
    });
  });

  test.each([
    [
      'number',
      { stat_t: 'p/q/number/x/state', min: 5, max: 30, step: 0.5, unit_of_meas: '°C' },
      { minimum: 5, maximum: 30, step: 0.5, unit: '°C' },
    ],
    ['number', { state_topic: 'p/q/number/x/state', min: 5, unit_of_measurement: '°C' }, { minimum: 5, unit: '°C' }],
    ['select', { stat_t: 'p/q/select/x/state', ops: ['eco', 7, 'comfort'] }, { options: ['eco', 'comfort'] }],
    ['button', { cmd_t: 'p/q/button/x/command' }, { has: [] }],
    [
      'cover',
      { pos_t: 'p/q/cover/x/position/state', tilt_status_t: 'p/q/cover/x/tilt/state' },
      { has: ['position', 'tilt'] },
    ],
    [
      'fan',
      { stat_t: 'p/q/fan/x/state', pct_stat_t: 'p/q/fan/x/speed_level/state', spd_rng_max: 3 },
      { has: ['speed_level'], maximum: 3 },
    ],
    [
      'climate',
      { mode_stat_t: 'p/q/climate/x/mode/state', modes: ['off', 'heat'], min_temp: 5, temp_step: 0.5 },
      { has: ['mode'], options: ['off', 'heat'], minimum: 5, step: 0.5 },
    ],
    [
      'light',
      { stat_t: 'p/q/light/x/state', brightness: true, supported_color_modes: ['rgbw', 'color_temp'], min_mirs: 153 },
      { has: ['brightness', 'color', 'color_temp', 'white'], minimum: 153 },
    ],
    ['light', { stat_t: 'p/q/light/x/state', effect: true, fx_list: ['None'] }, { has: ['effect'], options: ['None'] }],
  ])('of a %s %j', (type, config, component) => {
    expect(told(type, 'x', config)).toMatchObject({ prefix: 'p/q', component: { type, id: 'x', ...component } });
  });

  test.each([
    ['switch', 'relay', { stat_t: 'elsewhere/relay' }],
    ['switch', 'relay', {}],
    ['vacuum', 'x', { stat_t: 'p/vacuum/x/state' }],
    ['switch', 'x', { stat_t: '$SYS/switch/x/state' }],
    ['switch', 'x', { stat_t: 'a+b/switch/x/state' }],
    ['switch', 'x', { stat_t: '/switch/x/state' }],
    ['constructor', 'x', { stat_t: 'p/constructor/x/state' }],
  ])('of %s %s %j is none', (type, id, config) => expect(told(type, id, config)).toBeUndefined());

  test.each(['', '{', '[]', 'null', '{"dev":[]}', 'x'.repeat(20_000)])('%j is none', (payload) =>
    expect(announcedIn('switch', 'relay', Buffer.from(payload))).toBeUndefined(),
  );
});

test('a node tells who it is', () => {
  const info = {
    ip: '192.0.2.3',
    name: 'livingroom',
    friendly_name: 'Living Room',
    mac: 'A4CF12345678',
    version: '2024.6.0',
    board: 'esp01',
  };
  expect(discoveredIn('livingroom', Buffer.from(JSON.stringify(info)))).toEqual({
    mac: 'a4cf12345678',
    name: 'Living Room',
    board: 'esp01',
    version: '2024.6.0',
  });
  expect(discoveredIn('livingroom', Buffer.from('{}'))).toEqual({ name: 'livingroom' });
  expect(discoveredIn('livingroom', Buffer.from('[]'))).toBeUndefined();
});

test.each([
  ['A4:CF:12:34:56:78', 'a4cf12345678'],
  ['a4cf12345678', 'a4cf12345678'],
  ['a4cf1234567', undefined],
  [7, undefined],
])('the MAC address %j', (text, mac) => expect(macOf(text)).toBe(mac));
