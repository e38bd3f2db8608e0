import { isFields } from '../../../src/driver/index.ts';
import { Unsupported } from './config.ts';
import { aNumber, aText, choice, fieldIn, oneOf, onOff } from './meanings.ts';
import type { Heard } from './heard.ts';
import type { Field, Parts } from './parts.ts';
import type { Reader } from './reader.ts';
import { choiceField, flagField, numberField, toldField } from './several.ts';
import { booleanSchema, switchable } from './switchable.ts';

/** "MQTT fan": its speed in the device's own steps. */
export function aFan(reader: Reader): Parts {
  const { config } = reader;
  const main = switchable(reader, { state: 'state_value_template', what: 'On or off' });
  const { minimum, maximum } = config.range('speed_range_min', 1, 'speed_range_max', 100);
  const value = { state: 'value_template' } as const;
  return {
    ...main,
    fields: [
      ...(main.fields ?? []),
      numberField(
        reader,
        { name: 'percentage', suffix: 'speed', summary: 'Speed, in the steps of the device', ...value },
        { type: 'integer', minimum: 0, maximum },
        { type: 'integer', minimum, maximum },
      ),
      choiceField(
        reader,
        { name: 'preset_mode', summary: 'Preset', ...value },
        config.texts('preset_modes') ?? [],
        config.textOr('payload_reset_preset_mode', 'None'),
      ),
      flagField(
        reader,
        { name: 'oscillation', summary: 'Whether it swings', ...value },
        config.textOr('payload_oscillation_on', 'oscillate_on'),
        config.textOr('payload_oscillation_off', 'oscillate_off'),
      ),
      choiceField(reader, { name: 'direction', summary: 'Direction', ...value }, [
        config.textOr('payload_direction_forward', 'forward'),
        config.textOr('payload_direction_reverse', 'reverse'),
      ]),
    ],
  };
}

/** "MQTT humidifier". */
export function aHumidifier(reader: Reader): Parts {
  const { config } = reader;
  const main = switchable(reader, { state: 'state_value_template', what: 'On or off' });
  const humidity = { type: 'number', ...config.range('min_humidity', 0, 'max_humidity', 100), unit: '%' };
  const doing = ['off', 'humidifying', 'drying', 'idle'];
  return {
    ...main,
    fields: [
      ...(main.fields ?? []),
      numberField(reader, { name: 'target_humidity', summary: 'Humidity asked for' }, humidity),
      choiceField(
        reader,
        { name: 'mode', summary: 'Mode' },
        config.texts('modes') ?? [],
        config.textOr('payload_reset_mode', 'None'),
      ),
      toldField(reader, 'current_humidity', 'Humidity measured', { type: 'number', unit: '%' }, aNumber),
      toldField(reader, 'action', 'What it does', { type: 'string', enum: doing }, choice(doing)),
    ],
  };
}

/** "MQTT siren": without a template its commands are JSON, `{"state":"ON"}`. */
export function aSiren(reader: Reader): Parts {
  const { config } = reader;
  if (config.has('command_template') || config.has('command_off_template'))
    return switchable(reader, { state: 'state_value_template', what: 'On or off' });
  const [on, off] = [config.textOr('payload_on', 'ON'), config.textOr('payload_off', 'OFF')];
  const word = onOff(config.textOr('state_on', on), config.textOr('state_off', off));
  const source = reader.source('state_topic', 'state_value_template', (text, heard) => {
    const inState = fieldIn(heard, 'state');
    return word(typeof inState === 'string' ? inState : text, heard);
  });
  const write = reader.write(reader.needCommand('command_topic', 'command_template'), source, (value) =>
    JSON.stringify({ state: value === true ? on : off }),
  );
  return {
    fields: [
      { suffix: '', summary: 'On or off', schema: booleanSchema, ...(source && { source }), ...(write && { write }) },
    ],
    ...(write && { stop: { summary: 'off', confirmation: write.confirmation, send: () => write.send(false) } }),
  };
}

const lockStates = ['locked', 'unlocked', 'locking', 'unlocking', 'jammed', 'open', 'opening'] as const;

/** "MQTT lock". A code would be on record, so a lock that asks for one is only read. */
export function aLock(reader: Reader): Parts {
  const { config } = reader;
  const meaning = oneOf(
    lockStates.map((state) => [config.textOr(`state_${state}`, state.toUpperCase()), state] as const),
  );
  const source = reader.source('state_topic', 'value_template', meaning);
  const fields = [
    source && { suffix: '', summary: 'What it is', schema: { type: 'string', enum: lockStates }, source },
  ];
  if (config.has('code_format')) return { fields };
  const command = reader.needCommand('command_topic', 'command_template');
  const action = (suffix: string, summary: string, payload: string, answers: readonly string[]) =>
    reader.action({ suffix, summary, effect: 'idempotent' }, command, payload, { source, answers });
  return {
    fields,
    actions: [
      action('lock', 'Lock', config.textOr('payload_lock', 'LOCK'), ['locked']),
      action('unlock', 'Unlock', config.textOr('payload_unlock', 'UNLOCK'), ['unlocked']),
      config.has('payload_open')
        ? action('open', 'Open the door', config.textOr('payload_open', 'OPEN'), ['open', 'opening'])
        : undefined,
    ],
  };
}

const alarmStates = [
  'disarmed',
  'armed_home',
  'armed_away',
  'armed_night',
  'armed_vacation',
  'armed_custom_bypass',
  'pending',
  'triggered',
  'arming',
  'disarming',
];

const arming = [
  ['arm_home', 'ARM_HOME', 'armed_home'],
  ['arm_away', 'ARM_AWAY', 'armed_away'],
  ['arm_night', 'ARM_NIGHT', 'armed_night'],
  ['arm_vacation', 'ARM_VACATION', 'armed_vacation'],
  ['arm_custom_bypass', 'ARM_CUSTOM_BYPASS', 'armed_custom_bypass'],
] as const;

/** "MQTT alarm control panel". What needs a code is left out: the record of commands would keep it. */
export function anAlarm(reader: Reader): Parts {
  const { config } = reader;
  const source = reader.source('state_topic', 'value_template', choice(alarmStates));
  const command = reader.needCommand('command_topic', 'command_template');
  const coded = config.has('code');
  const features = config.texts('supported_features') ?? arming.map(([key]) => key);
  const action = (key: string, payload: string, answers: readonly string[]) =>
    reader.action(
      { suffix: key, summary: key.replaceAll('_', ' '), effect: 'idempotent' },
      command,
      config.textOr(`payload_${key}`, payload),
      { source, answers },
    );
  const armed = arming
    .filter(([key]) => features.includes(key))
    .map(([key, payload, state]) => action(key, payload, ['arming', 'pending', state]));
  return {
    fields: [source && { suffix: '', summary: 'What it is', schema: { type: 'string', enum: alarmStates }, source }],
    actions: [
      ...(coded && config.flag('code_arm_required', true) ? [] : armed),
      coded && config.flag('code_disarm_required', true) ? undefined : action('disarm', 'DISARM', ['disarmed']),
    ],
  };
}

const cleaning = ['cleaning', 'docked', 'paused', 'idle', 'returning', 'error'];

/** "MQTT vacuum": its state in JSON, its commands one word each. */
export function aVacuum(reader: Reader): Parts {
  const { config } = reader;
  const inState = (key: string) => (_text: string, heard: Heard) => {
    const value = fieldIn(heard, key);
    return typeof value === 'string' ? ({ kind: 'value', value } as const) : ({ kind: 'nothing' } as const);
  };
  const source = reader.source('state_topic', 'value_template', inState('state'));
  const speeds = config.texts('fan_speed_list') ?? [];
  const speed = reader.source('state_topic', 'value_template', inState('fan_speed'));
  const setSpeed = reader.write(reader.command('set_fan_speed_topic', 'set_fan_speed_template'), speed, String);
  const command = reader.command('command_topic', 'command_template');
  const words = [
    ['start', 'start', ['cleaning']],
    ['pause', 'pause', ['paused', 'idle']],
    ['stop', 'stop', ['idle', 'paused', 'docked']],
    ['return_to_base', 'return_to_base', ['returning', 'docked']],
    ['clean_spot', 'clean_spot', ['cleaning']],
    ['locate', 'locate', undefined],
  ] as const;
  const fields: (Field | undefined)[] = [
    source && { suffix: '', summary: 'What it does', schema: { type: 'string', enum: cleaning }, source },
    speeds.length > 0 && setSpeed
      ? {
          suffix: 'fan_speed',
          summary: 'Fan speed',
          schema: { type: 'string', enum: speeds },
          ...(speed && { source: speed }),
          write: setSpeed,
        }
      : undefined,
  ];
  if (command === undefined) return { fields };
  const actions = words.map(([key, otherwise, answers]) =>
    reader.action(
      { suffix: key === 'stop' ? 'stop-moving' : key, summary: key.replaceAll('_', ' '), effect: 'idempotent' },
      command,
      config.textOr(`payload_${key}`, otherwise),
      answers ? { source, answers, acknowledged: true } : {},
    ),
  );
  const payload = config.textOr('payload_stop', 'stop');
  return {
    fields,
    actions,
    stop: {
      summary: 'stop moving',
      confirmation: 'sent',
      send: () => ({ topic: command.topic, payload: command.payload(payload) }),
    },
  };
}

const mowing = ['mowing', 'paused', 'docked', 'returning', 'error'];

/** "MQTT lawn mower". */
export function aMower(reader: Reader): Parts {
  const source = reader.source('activity_state_topic', 'activity_value_template', choice(mowing));
  const action = (key: string, payload: string, answers: readonly string[]) => {
    const command = reader.command(`${key}_command_topic`, `${key}_command_template`);
    return (
      command &&
      reader.action({ suffix: key, summary: key.replaceAll('_', ' '), effect: 'idempotent' }, command, payload, {
        source,
        answers,
        acknowledged: true,
      })
    );
  };
  const actions = [
    action('start_mowing', 'start_mowing', ['mowing']),
    action('pause', 'pause', ['paused']),
    action('dock', 'dock', ['returning', 'docked']),
  ];
  if (source === undefined && actions.every((each) => each === undefined)) throw new Unsupported('it has no topics');
  return {
    fields: [source && { suffix: '', summary: 'What it does', schema: { type: 'string', enum: mowing }, source }],
    actions,
  };
}

/** "MQTT update": what is installed, and what there is. Nothing is installed from here. */
export function anUpdate(reader: Reader): Parts {
  const version = (key: string) => (text: string, heard: Heard) => {
    if (!isFields(heard.plain)) return aText(text, heard);
    const value = fieldIn(heard, key);
    return typeof value === 'string' ? aText(value, heard) : ({ kind: 'nothing' } as const);
  };
  const installed = reader.source('state_topic', 'value_template', version('installed_version'));
  const latest = reader.source('latest_version_topic', 'latest_version_template', version('latest_version'));
  const schema = { type: 'string', maxLength: 255 };
  return {
    fields: [
      installed && { suffix: 'installed', summary: 'Version that is installed', schema, source: installed },
      latest && { suffix: 'latest', summary: 'Latest version', schema, source: latest },
    ],
  };
}

/** "MQTT device tracker": where it is said to be. */
export function aTracker(reader: Reader): Parts {
  const { config } = reader;
  const words = new Map([
    [config.textOr('payload_home', 'home'), 'home'],
    [config.textOr('payload_not_home', 'not_home'), 'not_home'],
  ]);
  const reset = config.textOr('payload_reset', 'None');
  const source = reader.source('state_topic', 'value_template', (text, heard) =>
    text === reset ? { kind: 'none' } : aText(words.get(text) ?? text, heard),
  );
  if (source === undefined) throw new Unsupported('it has no state_topic');
  return { fields: [{ suffix: '', summary: 'Where it is', schema: { type: 'string', maxLength: 255 }, source }] };
}
