import { describe, expect, test } from 'vitest';
import { assertPlain, type Described, planFor, read, sent, shows } from '../../../test/support/home-assistant-plan.ts';

/** Each command: what it publishes, a state that shows it, one that does not. */
interface Example {
  readonly what: string;
  readonly component: Described;
  /** `<property>` is written, `<command>()` is run. */
  readonly act: string;
  readonly value?: unknown;
  readonly publishes: readonly [string, string];
  readonly level?: string;
  readonly shown?: string;
  readonly notShown?: string;
}

const examples: readonly Example[] = [
  {
    what: 'a switch with payloads of its own (docs, "MQTT switch")',
    component: {
      platform: 'switch',
      name: 'Bedroom',
      cmd_t: 'b/set',
      stat_t: 'b',
      pl_on: 'on!',
      pl_off: 'off!',
      stat_on: 1,
      stat_off: 0,
    },
    act: 'bedroom',
    value: false,
    publishes: ['b/set', 'off!'],
    shown: '0',
    notShown: 'off!',
  },
  {
    what: 'a switch with templates',
    component: {
      platform: 'switch',
      name: 'S',
      cmd_t: 'c',
      stat_t: 's',
      cmd_tpl: '{"relay": "{{ value | lower }}"}',
      val_tpl: "{{ 'ON' if value_json.relay == 'on' else 'OFF' }}",
    },
    act: 's',
    value: true,
    publishes: ['c', '{"relay": "on"}'],
    shown: '{"relay":"on"}',
    notShown: '{"relay":"off"}',
  },
  {
    what: 'a number',
    component: {
      platform: 'number',
      name: 'N',
      cmd_t: 'c',
      stat_t: 's',
      min: -5,
      max: 5,
      step: 0.1,
      cmd_tpl: '{{ (value * 10) | int }}',
      val_tpl: '{{ value | float / 10 }}',
    },
    act: 'n',
    value: 2.5,
    publishes: ['c', '25'],
    shown: '25',
    notShown: '26',
  },
  {
    what: 'a select',
    component: { platform: 'select', name: 'M', cmd_t: 'c', stat_t: 's', ops: ['a', 'b'] },
    act: 'm',
    value: 'b',
    publishes: ['c', 'b'],
    shown: 'b',
    notShown: 'a',
  },
  {
    what: 'a text',
    component: { platform: 'text', name: 'T', cmd_t: 'c', stat_t: 's', min: 2, max: 5 },
    act: 't',
    value: 'abc',
    publishes: ['c', 'abc'],
    shown: 'abc',
    notShown: 'abcd',
  },
  {
    what: 'a button',
    component: { platform: 'button', name: 'Go', cmd_t: 'c', pl_prs: 'GO' },
    act: 'go-press()',
    publishes: ['c', 'GO'],
    level: 'sent',
  },
  {
    what: 'a scene',
    component: { platform: 'scene', name: 'Party', cmd_t: 'c', pl_on: 'P' },
    act: 'party-turn-on()',
    publishes: ['c', 'P'],
    level: 'sent',
  },
  {
    what: 'a notifier',
    component: { platform: 'notify', name: 'Screen', cmd_t: 'c', cmd_tpl: '{"text": {{ value | tojson }}}' },
    act: 'screen-send()',
    value: { message: 'a "b"' },
    publishes: ['c', '{"text": "a \\"b\\""}'],
    level: 'sent',
  },
  ...lights(),
  ...openings(),
  ...climates(),
  ...appliances(),
];

function lights(): Example[] {
  const basic = { platform: 'light', name: 'L', cmd_t: 'c', stat_t: 's' };
  const json = { ...basic, schema: 'json' };
  const template = {
    ...basic,
    schema: 'template',
    cmd_on_tpl: 'on,{{ brightness|d }},{{ red|d }}-{{ green|d }}-{{ blue|d }}',
    cmd_off_tpl: 'off',
    stat_tpl: "{{ value.split(',')[0] }}",
    bri_tpl: "{{ value.split(',')[1] }}",
    r_tpl: "{{ value.split(',')[2].split('-')[0] }}",
    g_tpl: "{{ value.split(',')[2].split('-')[1] }}",
    b_tpl: "{{ value.split(',')[2].split('-')[2] }}",
  };
  return [
    {
      what: 'a basic light',
      component: basic,
      act: 'l',
      value: true,
      publishes: ['c', 'ON'],
      shown: 'ON',
      notShown: 'OFF',
    },
    {
      what: 'its brightness',
      component: { ...basic, bri_cmd_t: 'bc', bri_stat_t: 's', bri_scl: 100 },
      act: 'l-brightness',
      value: 70,
      publishes: ['bc', '70'],
      shown: '70',
      notShown: '71',
    },
    {
      what: 'its colour temperature in mireds',
      component: { ...basic, clr_temp_cmd_t: 'tc', clr_temp_stat_t: 's' },
      act: 'l-color-temp',
      value: 250,
      publishes: ['tc', '250'],
      shown: '250',
      notShown: '251',
    },
    {
      what: 'its colour',
      component: { ...basic, rgb_cmd_t: 'rc', rgb_stat_t: 's' },
      act: 'l-rgb',
      value: { red: 255, green: 127, blue: 0 },
      publishes: ['rc', '255,127,0'],
      shown: '255,127,0',
      notShown: '255,127,1',
    },
    {
      what: 'its colour by a template',
      component: { ...basic, rgb_cmd_t: 'rc', rgb_cmd_tpl: '{{ red }}/{{ green }}/{{ blue }}' },
      act: 'l-rgb',
      value: { red: 1, green: 2, blue: 3 },
      publishes: ['rc', '1/2/3'],
      level: 'sent',
    },
    {
      what: 'its hue',
      component: { ...basic, hs_cmd_t: 'hc', hs_stat_t: 's' },
      act: 'l-hs',
      value: { hue: 12.5, saturation: 50 },
      publishes: ['hc', '12.5,50'],
      shown: '12.4,50.2',
      notShown: '14,50',
    },
    {
      what: 'its effect',
      component: { ...basic, fx_cmd_t: 'fc', fx_stat_t: 's', fx_list: ['rainbow', 'none'] },
      act: 'l-effect',
      value: 'rainbow',
      publishes: ['fc', 'rainbow'],
      shown: 'rainbow',
      notShown: 'none',
    },
    {
      what: 'a light of JSON',
      component: json,
      act: 'l',
      value: false,
      publishes: ['c', '{"state":"OFF"}'],
      shown: '{"state":"OFF"}',
      notShown: '{"state":"ON"}',
    },
    {
      what: 'its brightness, which turns it on',
      component: { ...json, brightness: true },
      act: 'l-brightness',
      value: 70,
      publishes: ['c', '{"state":"ON","brightness":70}'],
      shown: '{"state":"ON","brightness":70}',
      notShown: '{"state":"OFF","brightness":70}',
    },
    {
      what: 'several things of it at once',
      component: { ...json, sup_clrm: ['rgb', 'color_temp'], fx_list: ['rainbow'] },
      act: 'l-set()',
      value: { on: true, brightness: 9, rgb: { red: 1, green: 2, blue: 3 }, effect: 'rainbow', transition: 2 },
      publishes: ['c', '{"state":"ON","brightness":9,"color":{"r":1,"g":2,"b":3},"effect":"rainbow","transition":2}'],
      shown: '{"state":"ON","brightness":9,"color_mode":"rgb","color":{"r":1,"g":2,"b":3,"x":0.1},"effect":"rainbow"}',
      notShown: '{"state":"ON","brightness":9,"color":{"r":1,"g":2,"b":4},"effect":"rainbow"}',
    },
    {
      what: 'a part that the state does not tell',
      component: { ...json, sup_clrm: ['color_temp'] },
      act: 'l-set()',
      value: { brightness: 9, colorTemp: 300 },
      publishes: ['c', '{"state":"ON","brightness":9,"color_temp":300}'],
      shown: '{"state":"ON","brightness":9,"color_temp":300}',
      notShown: '{"state":"ON","brightness":9}',
    },
    {
      what: 'a light of templates',
      component: template,
      act: 'l-set()',
      value: { brightness: 9, rgb: { red: 1, green: 2, blue: 3 } },
      publishes: ['c', 'on,9,1-2-3'],
      shown: 'on,9,1-2-3',
      notShown: 'on,9,1-2-4',
    },
    {
      what: 'it off',
      component: template,
      act: 'l',
      value: false,
      publishes: ['c', 'off'],
      shown: 'off,0,0-0-0',
      notShown: 'on,0,0-0-0',
    },
  ];
}

function openings(): Example[] {
  const cover = { platform: 'cover', name: 'C', cmd_t: 'c', stat_t: 's' };
  return [
    {
      what: 'a cover that opens',
      component: cover,
      act: 'c-open()',
      publishes: ['c', 'OPEN'],
      level: 'acknowledged',
      shown: 'opening',
      notShown: 'closing',
    },
    {
      what: 'one that closes',
      component: { ...cover, pl_cls: 'DOWN', stat_clsd: 'down' },
      act: 'c-close()',
      publishes: ['c', 'DOWN'],
      level: 'acknowledged',
      shown: 'down',
      notShown: 'closed',
    },
    {
      what: 'one that stops',
      component: cover,
      act: 'c-stop-moving()',
      publishes: ['c', 'STOP'],
      level: 'acknowledged',
      shown: 'stopped',
      notShown: 'opening',
    },
    {
      what: 'its position',
      component: {
        ...cover,
        pos_t: 's',
        set_pos_t: 'p',
        pos_open: 0,
        pos_clsd: 200,
        set_pos_tpl: '{{ value }}/{{ position }}',
      },
      act: 'c-position',
      value: 50,
      publishes: ['p', '50/75'],
      level: 'acknowledged',
      shown: '50',
      notShown: '51',
    },
    {
      what: 'its tilt',
      component: { ...cover, tilt_cmd_t: 't', tilt_status_t: 's', tilt_max: 90 },
      act: 'c-tilt',
      value: 45,
      publishes: ['t', '45'],
      level: 'acknowledged',
      shown: '45',
      notShown: '46',
    },
    {
      what: 'a valve',
      component: { platform: 'valve', name: 'V', cmd_t: 'c', stat_t: 's' },
      act: 'v-open()',
      publishes: ['c', 'OPEN'],
      level: 'acknowledged',
      shown: 'opening',
      notShown: 'closed',
    },
    {
      what: 'a valve with a position',
      component: { platform: 'valve', name: 'V', cmd_t: 'c', stat_t: 's', pos: true },
      act: 'v-position',
      value: 30,
      publishes: ['c', '30'],
      level: 'acknowledged',
      shown: '{"state":"opening","position":30}',
      notShown: '31',
    },
  ];
}

function climates(): Example[] {
  const climate = {
    platform: 'climate',
    name: 'A',
    modes: ['off', 'heat'],
    mode_cmd_t: 'm',
    mode_stat_t: 's',
    temp_cmd_t: 't',
    temp_stat_t: 's',
    temp_step: 0.5,
    fan_mode_cmd_t: 'f',
    fan_mode_stat_t: 's',
    pr_mode_cmd_t: 'p',
    pr_mode_stat_t: 's',
    pr_modes: ['eco'],
    pow_cmd_t: 'o',
  };
  return [
    {
      what: 'a mode',
      component: climate,
      act: 'a-mode',
      value: 'heat',
      publishes: ['m', 'heat'],
      shown: 'heat',
      notShown: 'off',
    },
    {
      what: 'a temperature',
      component: { ...climate, temp_stat_tpl: '{{ value_json.t }}' },
      act: 'a-temperature',
      value: 21.5,
      publishes: ['t', '21.5'],
      shown: '{"t":21.50}',
      notShown: '{"t":21}',
    },
    {
      what: 'a fan mode',
      component: climate,
      act: 'a-fan-mode',
      value: 'low',
      publishes: ['f', 'low'],
      shown: 'low',
      notShown: 'high',
    },
    {
      what: 'a preset',
      component: climate,
      act: 'a-preset-mode',
      value: 'eco',
      publishes: ['p', 'eco'],
      shown: 'eco',
      notShown: 'none',
    },
    { what: 'power', component: climate, act: 'a-power', value: true, publishes: ['o', 'ON'], level: 'sent' },
    {
      what: 'a water heater',
      component: { platform: 'water_heater', name: 'W', mode_cmd_t: 'm', mode_stat_t: 's' },
      act: 'w-mode',
      value: 'eco',
      publishes: ['m', 'eco'],
      shown: 'eco',
      notShown: 'off',
    },
  ];
}

function appliances(): Example[] {
  const fan = {
    platform: 'fan',
    name: 'F',
    cmd_t: 'c',
    stat_t: 's',
    pct_cmd_t: 'p',
    pct_stat_t: 's',
    spd_rng_max: 10,
    osc_cmd_t: 'o',
    osc_stat_t: 's',
    dir_cmd_t: 'd',
    dir_stat_t: 's',
  };
  const lock = { platform: 'lock', name: 'D', cmd_t: 'c', stat_t: 's', pl_open: 'OPEN' };
  const alarm = { platform: 'alarm_control_panel', name: 'H', cmd_t: 'c', stat_t: 's' };
  const vacuum = { platform: 'vacuum', name: 'R', cmd_t: 'c', stat_t: 's', set_fan_spd_t: 'f', fanspd_lst: ['max'] };
  return [
    { what: 'a fan', component: fan, act: 'f', value: true, publishes: ['c', 'ON'], shown: 'ON', notShown: 'OFF' },
    { what: 'its speed', component: fan, act: 'f-speed', value: 7, publishes: ['p', '7'], shown: '7', notShown: '8' },
    {
      what: 'its swinging',
      component: fan,
      act: 'f-oscillation',
      value: true,
      publishes: ['o', 'oscillate_on'],
      shown: 'oscillate_on',
      notShown: 'oscillate_off',
    },
    {
      what: 'its direction',
      component: fan,
      act: 'f-direction',
      value: 'reverse',
      publishes: ['d', 'reverse'],
      shown: 'reverse',
      notShown: 'forward',
    },
    {
      what: 'a humidifier',
      component: { platform: 'humidifier', name: 'U', cmd_t: 'c', hum_cmd_t: 'h', hum_stat_t: 's' },
      act: 'u-target-humidity',
      value: 50,
      publishes: ['h', '50'],
      shown: '50',
      notShown: '51',
    },
    {
      what: 'a siren, by JSON',
      component: { platform: 'siren', name: 'I', cmd_t: 'c', stat_t: 's' },
      act: 'i',
      value: true,
      publishes: ['c', '{"state":"ON"}'],
      shown: '{"state":"ON"}',
      notShown: 'OFF',
    },
    {
      what: 'a lock',
      component: lock,
      act: 'd-lock()',
      publishes: ['c', 'LOCK'],
      shown: 'LOCKED',
      notShown: 'LOCKING',
    },
    {
      what: 'a door',
      component: lock,
      act: 'd-open()',
      publishes: ['c', 'OPEN'],
      shown: 'OPENING',
      notShown: 'UNLOCKED',
    },
    {
      what: 'an alarm that is armed',
      component: alarm,
      act: 'h-arm-home()',
      publishes: ['c', 'ARM_HOME'],
      shown: 'armed_home',
      notShown: 'armed_away',
    },
    {
      what: 'one that is disarmed',
      component: alarm,
      act: 'h-disarm()',
      publishes: ['c', 'DISARM'],
      shown: 'disarmed',
      notShown: 'arming',
    },
    {
      what: 'a vacuum',
      component: vacuum,
      act: 'r-return-to-base()',
      publishes: ['c', 'return_to_base'],
      level: 'acknowledged',
      shown: '{"state":"returning"}',
      notShown: '{"state":"cleaning"}',
    },
    {
      what: 'its suction',
      component: vacuum,
      act: 'r-fan-speed',
      value: 'max',
      publishes: ['f', 'max'],
      shown: '{"state":"docked","fan_speed":"max"}',
      notShown: '{"state":"docked"}',
    },
    {
      what: 'a mower',
      component: { platform: 'lawn_mower', name: 'G', dock_cmd_t: 'd', act_stat_t: 's', activity_state_topic: 's' },
      act: 'g-dock()',
      publishes: ['d', 'dock'],
      level: 'acknowledged',
      shown: 'docked',
      notShown: 'mowing',
    },
  ];
}

describe('what is set', () => {
  test.each(examples)('$what', ({ component, act, value, publishes, level = 'confirmed', shown, notShown }) => {
    const plan = planFor(component);
    assertPlain(plan);
    const { sending, confirmation } = sent(plan, act, value);
    expect([sending.topic, sending.payload]).toEqual(publishes);
    expect(confirmation).toBe(level);
    expect(shows(sending, shown)).toBe(shown === undefined ? undefined : true);
    expect(shows(sending, notShown)).toBe(notShown === undefined ? undefined : false);
  });
});

describe('what is told', () => {
  test.each<[string, Described, string, string, unknown]>([
    ['a number', { platform: 'sensor', name: 'X', stat_t: 's', unit_of_meas: 'W' }, 'x', '12.50', 12.5],
    ['a text', { platform: 'sensor', name: 'X', stat_t: 's' }, 'x', '12.50', '12.50'],
    [
      'a time',
      { platform: 'sensor', name: 'X', stat_t: 's', dev_cla: 'timestamp' },
      'x',
      '2026-01-01T00:00:00Z',
      '2026-01-01T00:00:00Z',
    ],
    ['one of several', { platform: 'sensor', name: 'X', stat_t: 's', dev_cla: 'enum', ops: ['a', 'b'] }, 'x', 'b', 'b'],
    ['one that is none of them', { platform: 'sensor', name: 'X', stat_t: 's', ops: ['a', 'b'] }, 'x', 'c', 'problem'],
    [
      'a contact',
      { platform: 'binary_sensor', name: 'X', stat_t: 's', pl_on: 'open', pl_off: 'closed' },
      'x',
      'open',
      true,
    ],
    ['nothing known', { platform: 'binary_sensor', name: 'X', stat_t: 's' }, 'x', 'None', 'none'],
    [
      'a measured temperature',
      { platform: 'climate', name: 'X', curr_temp_t: 's', mode_cmd_t: 'm' },
      'x-current-temperature',
      '21',
      21,
    ],
    [
      'what a climate device does',
      { platform: 'climate', name: 'X', act_t: 's', mode_cmd_t: 'm' },
      'x-action',
      'heating',
      'heating',
    ],
    ['a version', { platform: 'update', name: 'X', stat_t: 's' }, 'x-installed', '{"installed_version":"1.2"}', '1.2'],
    ['a plain version', { platform: 'update', name: 'X', stat_t: 's', l_ver_t: 'l' }, 'x-installed', '1.2', '1.2'],
    ['a place', { platform: 'device_tracker', name: 'X', stat_t: 's', pl_home: 'H' }, 'x', 'H', 'home'],
    [
      'a number that resets',
      { platform: 'number', name: 'X', cmd_t: 'c', stat_t: 's', pl_rst: 'reset' },
      'x',
      'reset',
      'none',
    ],
  ])('%s', (_what, component, property, payload, value) => {
    const told = read(planFor(component), property, payload);
    expect(told?.kind === 'value' ? told.value : told?.kind).toEqual(value);
  });

  test('an event, and a trigger', () => {
    const event = planFor({ platform: 'event', name: 'Bell', stat_t: 's', evt_typ: ['press', 'hold'] });
    const [bell] = event.events.values();
    expect(read(event, 'bell', '{"event_type":"press","x":1}')).toEqual({ type: 'press' });
    expect(read(event, 'bell', '{"event_type":"other"}')).toBeUndefined();
    expect(bell?.part.topic).toBe('s');
    const trigger = planFor({
      platform: 'device_automation',
      atype: 'trigger',
      type: 'button_short_press',
      stype: 'button_1',
      topic: 's',
      payload: 'go',
    });
    expect([...trigger.events.keys()]).toEqual(['button-1-button-short-press']);
    expect(read(trigger, 'button-1-button-short-press', 'go')).toEqual({});
    expect(read(trigger, 'button-1-button-short-press', 'stay')).toBeUndefined();
  });
});

describe('what is left out, and why', () => {
  const base = { name: 'X', cmd_t: 'c' };
  test.each<[Described, string]>([
    [{ ...base, platform: 'image' }, 'image is not supported'],
    [{ ...base, platform: '__proto__' }, '__proto__ is not supported'],
    [{ name: 'X', platform: 'switch' }, 'it has no command_topic'],
    [
      { ...base, platform: 'switch', cmd_t: 'a/+' },
      'command_topic is no topic that something can be published to: "a/+"',
    ],
    [
      { ...base, platform: 'switch', cmd_t: '$SYS/x' },
      'command_topic is no topic that something can be published to: "$SYS/x"',
    ],
    [{ ...base, platform: 'switch', stat_t: 5 }, 'state_topic is no topic'],
    [{ ...base, platform: 'switch', e: '' }, 'the encoding  is not supported'],
    [{ ...base, platform: 'switch', pl_on: {} }, 'payload_on is no text'],
    [{ ...base, platform: 'switch', stat_t: 's', opt: 'perhaps' }, 'optimistic is neither true nor false'],
    [
      { ...base, platform: 'switch', stat_t: 's', val_tpl: '{{ now() }}' },
      'value_template: the function now() is not supported',
    ],
    [
      { ...base, platform: 'switch', avty_t: 'a', avty_tpl: '{{ x | nope }}' },
      'availability_template: the filter nope is not supported',
    ],
    [
      { ...base, platform: 'switch', avty_t: 'a', avty_mode: 'some' },
      'its availability_mode is none of all, any, latest',
    ],
    [{ ...base, platform: 'number', min: 5, max: 1 }, 'min 5 is above max 1'],
    [{ ...base, platform: 'number', step: 0 }, 'step 0 is too small'],
    [{ ...base, platform: 'number', min: 'x' }, 'min is no number'],
    [{ ...base, platform: 'select' }, 'it has no options'],
    [
      { ...base, platform: 'select', ops: Array.from({ length: 201 }, (_, at) => `${at}`) },
      'options has more than 200 entries',
    ],
    [{ ...base, platform: 'text', mode: 'password' }, 'passwords would be kept in the record of commands'],
    [{ ...base, platform: 'light', schema: 'other' }, 'the schema "other" is not known'],
    [{ ...base, platform: 'light', bri_cmd_t: 'b', bri_scl: 0 }, 'brightness_scale 0 is no whole number above 0'],
    [{ ...base, platform: 'climate' }, 'nothing of it is understood'],
    [{ ...base, platform: 'event', stat_t: 's' }, 'it has no event_types'],
  ])('%j', (component, reason) => {
    expect(planFor(component).leftOut).toEqual([{ id: expect.any(String) as string, reason }]);
  });

  test('codes are not asked for: the record of commands would keep them', () => {
    const lock = planFor({ ...base, platform: 'lock', stat_t: 's', cod_form: '^\\d{4}$' });
    expect([...lock.commands.keys(), ...lock.properties.keys()]).toEqual(['x']);
    const alarm = planFor({ ...base, platform: 'alarm_control_panel', stat_t: 's', code: '1234', cod_arm_req: false });
    expect([...alarm.commands.keys()]).not.toContain('x-disarm');
    expect([...alarm.commands.keys()]).toContain('x-arm-home');
    expect(JSON.stringify(alarm.model)).not.toContain('1234');
  });
});
