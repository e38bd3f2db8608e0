import type { BoardOptions, Described } from './options.ts';

export type Payload = Readonly<Record<string, unknown>>;

/** The components, as a firmware would describe them: short keys, a base topic, states with and without templates. */
export function described({ extra }: Pick<BoardOptions, 'extra'>): Described[] {
  return [
    { platform: 'switch', object_id: 'relay', name: 'Relay', cmd_t: '~/relay/set', stat_t: '~/relay' },
    {
      platform: 'number',
      object_id: 'setpoint',
      name: 'Setpoint',
      cmd_t: '~/setpoint/set',
      stat_t: '~/setpoint',
      min: 5,
      max: 30,
      step: 0.5,
      unit_of_meas: '°C',
      dev_cla: 'temperature',
    },
    {
      platform: 'select',
      object_id: 'mode',
      name: 'Mode',
      cmd_t: '~/mode/set',
      stat_t: '~/mode',
      ops: ['eco', 'comfort', 'off'],
    },
    { platform: 'button', object_id: 'restart', name: 'Restart', cmd_t: '~/restart/set', pl_prs: 'RESTART' },
    {
      platform: 'light',
      object_id: 'lamp',
      name: 'Lamp',
      schema: 'json',
      cmd_t: '~/lamp/set',
      stat_t: '~/lamp',
      sup_clrm: ['brightness'],
      bri_scl: 255,
    },
    { platform: 'cover', object_id: 'blind', name: 'Blind', cmd_t: '~/blind/set', stat_t: '~/blind' },
    {
      platform: 'sensor',
      object_id: 'temperature',
      name: 'Temperature',
      stat_t: '~/sensors',
      unit_of_meas: '°C',
      dev_cla: 'temperature',
      stat_cla: 'measurement',
      val_tpl: '{{ value_json.temperature | float | round(1) }}',
    },
    {
      platform: 'binary_sensor',
      object_id: 'door',
      name: 'Door',
      stat_t: '~/sensors',
      dev_cla: 'door',
      val_tpl: "{% if value_json.door is defined %}{{ 'ON' if value_json.door == 'open' else 'OFF' }}{% endif %}",
    },
    ...extra,
  ];
}

/** Everything that is published so that the board is found, by topic. */
export function announcements(options: BoardOptions): ReadonlyMap<string, Payload> {
  const { device, name, prefix, discovery } = options;
  const base = baseTopic(options);
  const dev = { ids: [device], name, mf: 'Simulated', mdl: 'Board 8', sw: '1.0' };
  const o = { name: 'simulated-board', sw: '1.0' };
  const common = { '~': base, avty_t: '~/status' };
  const all = described(options);
  if (discovery === 'device') {
    const cmps = Object.fromEntries(
      all.map(({ platform, object_id, ...rest }) => [
        object_id,
        { p: platform, ...rest, uniq_id: `${device}_${object_id}` },
      ]),
    );
    return new Map([[`${prefix}/device/${device}/config`, { dev, o, ...common, cmps }]]);
  }
  return new Map(
    all.map(({ platform, object_id, ...rest }) => [
      `${prefix}/${platform}/${device}/${object_id}/config`,
      { ...rest, ...common, uniq_id: `${device}_${object_id}`, dev, o },
    ]),
  );
}

export function baseTopic({ device }: Pick<BoardOptions, 'device'>): string {
  return `boards/${device}`;
}
