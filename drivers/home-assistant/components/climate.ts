import type { JsonSchema } from '../../../src/driver/index.ts';
import { Unsupported } from './config.ts';
import { aNumber, choice } from './meanings.ts';
import type { Field, Parts } from './parts.ts';
import type { Reader } from './reader.ts';
import { choiceField, flagField, numberField, toldField } from './several.ts';
import { stepIn } from './simple.ts';

const actions = ['off', 'heating', 'cooling', 'drying', 'idle', 'fan', 'preheating', 'defrosting'];

function degrees({ config }: Reader): string {
  return config.text('temperature_unit') === 'F' ? '°F' : '°C';
}

interface Setpoint {
  readonly schema: JsonSchema;
  readonly writeSchema: JsonSchema;
}

function setpoint(reader: Reader, low: number, high: number): Setpoint {
  const { config } = reader;
  const range = config.range('min_temp', low, 'max_temp', high);
  const step = config.number('temp_step', 1);
  if (step <= 0) throw new Unsupported(`temp_step ${step} is not above 0`);
  const schema = { type: 'number', ...range, unit: degrees(reader) };
  // Home Assistant offers steps of `temp_step`, and devices take finer ones where they say so.
  return { schema, writeSchema: { ...schema, ...(config.has('temp_step') ? stepIn(range.minimum, step) : {}) } };
}

function resetOf({ config }: Reader): string {
  return config.textOr('payload_reset', 'None');
}

/** `power_command_topic`: on and off, and no state of its own. */
function powerField(reader: Reader): Field | undefined {
  const { config } = reader;
  return flagField(
    reader,
    { name: 'power', summary: 'On or off' },
    config.textOr('payload_on', 'ON'),
    config.textOr('payload_off', 'OFF'),
  );
}

function temperatures(reader: Reader, { schema, writeSchema }: Setpoint): (Field | undefined)[] {
  const unit = degrees(reader);
  return [
    numberField(reader, { name: 'temperature', summary: 'Temperature asked for' }, schema, writeSchema),
    toldField(reader, 'current_temperature', 'Temperature measured', { type: 'number', unit }, aNumber),
  ];
}

/** "MQTT climate". */
export function aClimate(reader: Reader): Parts {
  const { config } = reader;
  const modes = config.texts('modes') ?? ['auto', 'off', 'cool', 'heat', 'dry', 'fan_only'];
  const range = degrees(reader) === '°F' ? setpoint(reader, 45, 95) : setpoint(reader, 7, 35);
  const humidity = { type: 'number', ...config.range('min_humidity', 30, 'max_humidity', 99), unit: '%' };
  const fields = [
    choiceField(reader, { name: 'mode', summary: 'Mode' }, modes, resetOf(reader)),
    ...temperatures(reader, range),
    numberField(
      reader,
      { name: 'temperature_low', summary: 'Lowest temperature asked for' },
      range.schema,
      range.writeSchema,
    ),
    numberField(
      reader,
      { name: 'temperature_high', summary: 'Highest temperature asked for' },
      range.schema,
      range.writeSchema,
    ),
    numberField(reader, { name: 'target_humidity', summary: 'Humidity asked for' }, humidity),
    toldField(reader, 'current_humidity', 'Humidity measured', { type: 'number', unit: '%' }, aNumber),
    choiceField(
      reader,
      { name: 'fan_mode', summary: 'Fan mode' },
      config.texts('fan_modes') ?? ['auto', 'low', 'medium', 'high'],
      resetOf(reader),
    ),
    choiceField(
      reader,
      { name: 'swing_mode', summary: 'Swing mode' },
      config.texts('swing_modes') ?? ['on', 'off'],
      resetOf(reader),
    ),
    choiceField(
      reader,
      { name: 'swing_horizontal_mode', summary: 'Horizontal swing mode' },
      config.texts('swing_horizontal_modes') ?? ['on', 'off'],
      resetOf(reader),
    ),
    choiceField(reader, { name: 'preset_mode', summary: 'Preset', state: 'value_template' }, [
      'none',
      ...(config.texts('preset_modes') ?? []),
    ]),
    toldField(reader, 'action', 'What it does', { type: 'string', enum: actions }, choice(actions, resetOf(reader))),
    powerField(reader),
  ];
  return { fields, ...offOf(fields, modes) };
}

/** Off, if that is one of its modes. */
function offOf(fields: readonly (Field | undefined)[], modes: readonly string[]): Pick<Parts, 'stop'> {
  const write = fields[0]?.suffix === 'mode' && modes.includes('off') ? fields[0].write : undefined;
  return write ? { stop: { summary: 'off', confirmation: write.confirmation, send: () => write.send('off') } } : {};
}

/** "MQTT water heater". */
export function aWaterHeater(reader: Reader): Parts {
  const { config } = reader;
  const modes = config.texts('modes') ?? ['off', 'eco', 'electric', 'gas', 'heat_pump', 'high_demand', 'performance'];
  const range = degrees(reader) === '°F' ? setpoint(reader, 110, 140) : setpoint(reader, 43.3, 60);
  const fields = [
    choiceField(reader, { name: 'mode', summary: 'Mode' }, modes, resetOf(reader)),
    ...temperatures(reader, range),
    powerField(reader),
  ];
  return { fields, ...offOf(fields, modes) };
}
