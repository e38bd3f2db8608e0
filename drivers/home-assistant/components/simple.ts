import type { JsonSchema } from '../../../src/driver/index.ts';
import { Unsupported } from './config.ts';
import { aNumber, aText, choice, maxStateLength, onOff } from './meanings.ts';
import { noParams, type Parts } from './parts.ts';
import { numberValue, type Reader } from './reader.ts';
import { booleanSchema, switchable } from './switchable.ts';

export const aSwitch = (reader: Reader): Parts => switchable(reader, { what: 'On or off' });

/** "MQTT number": 1 to 100 in steps of 1 if nothing else is said. */
export function aNumberToSet(reader: Reader): Parts {
  const { config } = reader;
  const { minimum, maximum } = config.range('min', 1, 'max', 100);
  const step = config.number('step', 1);
  if (step < 0.001) throw new Unsupported(`step ${step} is too small`);
  const unit = config.label('unit_of_measurement');
  const schema = { type: 'number', minimum, maximum, ...(unit !== undefined && { unit }), examples: [minimum] };
  const reset = config.textOr('payload_reset', 'None');
  const source = reader.source('state_topic', 'value_template', (text, heard) =>
    text === reset ? { kind: 'none' } : aNumber(text, heard),
  );
  const command = reader.needCommand('command_topic', 'command_template');
  const write = reader.write(command, source, numberValue, { schema: { ...schema, ...stepIn(minimum, step) } });
  return { fields: [{ suffix: '', summary: 'A number', schema, ...(source && { source }), ...(write && { write }) }] };
}

/** Steps count from the lower end; JSON Schema counts from 0, so a step that would refuse the ends is left out. */
export function stepIn(minimum: number, step: number): JsonSchema {
  const rest = Math.abs(minimum / step - Math.round(minimum / step));
  return rest < 1e-6 ? { multipleOf: step } : {};
}

export function aSelect(reader: Reader): Parts {
  const { config } = reader;
  const options = config.texts('options') ?? [];
  if (options.length === 0) throw new Unsupported('it has no options');
  const source = reader.source('state_topic', 'value_template', choice(options));
  const write = reader.write(reader.needCommand('command_topic', 'command_template'), source, String);
  const schema = { type: 'string', enum: options, examples: [options[0]] };
  return {
    fields: [{ suffix: '', summary: 'One of its options', schema, ...(source && { source }), ...(write && { write }) }],
  };
}

/** "MQTT text". A password would be on record: what is typed into a command always is. */
export function aTextToSet(reader: Reader): Parts {
  const { config } = reader;
  if (config.text('mode') === 'password') throw new Unsupported('passwords would be kept in the record of commands');
  const { minimum, maximum } = config.range('min', 0, 'max', maxStateLength);
  if (minimum < 0 || maximum > maxStateLength)
    throw new Unsupported(`its length is not between 0 and ${maxStateLength}`);
  const source = reader.source('state_topic', 'value_template', aText);
  const write = reader.write(reader.needCommand('command_topic', 'command_template'), source, String);
  const schema = {
    type: 'string',
    minLength: Math.trunc(minimum),
    maxLength: Math.trunc(maximum),
    examples: ['a'.repeat(Math.trunc(minimum))],
  };
  return { fields: [{ suffix: '', summary: 'A text', schema, ...(source && { source }), ...(write && { write }) }] };
}

export function aButton(reader: Reader): Parts {
  const command = reader.needCommand('command_topic', 'command_template');
  const payload = reader.config.textOr('payload_press', 'PRESS');
  return { actions: [reader.action({ suffix: 'press', summary: 'Press', effect: 'actuate' }, command, payload)] };
}

export function aScene(reader: Reader): Parts {
  const command = reader.needCommand('command_topic', 'command_template');
  const payload = reader.config.textOr('payload_on', 'ON');
  return { actions: [reader.action({ suffix: 'turn-on', summary: 'Turn on', effect: 'actuate' }, command, payload)] };
}

export function aNotifier(reader: Reader): Parts {
  const command = reader.needCommand('command_topic', 'command_template');
  const message = { type: 'string', minLength: 1, maxLength: 10_000, examples: ['Hello'] };
  const params = { type: 'object', properties: { message }, required: ['message'], additionalProperties: false };
  const send = (given: Readonly<Record<string, unknown>>) => ({
    topic: command.topic,
    payload: command.payload(String(given['message'])),
  });
  return {
    actions: [{ suffix: 'send', summary: 'Send a message', effect: 'actuate', confirmation: 'sent', params, send }],
  };
}

export function aBinarySensor(reader: Reader): Parts {
  const { config } = reader;
  const meaning = onOff(config.textOr('payload_on', 'ON'), config.textOr('payload_off', 'OFF'));
  config.needTopic('state_topic');
  const source = reader.source('state_topic', 'value_template', meaning);
  const delay = config.number('off_delay', 0);
  if (delay < 0) throw new Unsupported('off_delay is below 0');
  return {
    fields: [
      {
        suffix: '',
        summary: 'On or off, as the device tells',
        schema: booleanSchema,
        ...(source && { source }),
        ...(delay > 0 && { returns: { afterMs: Math.min(delay * 1000, 2 ** 31 - 1), from: true, to: false } }),
      },
    ],
  };
}

/** Classes of device whose states are no numbers. */
const textClasses = ['date', 'enum', 'timestamp', 'uptime'];

/** "MQTT sensor": a number if it has a unit, a state class or a class of device that is measured. */
export function aSensor(reader: Reader): Parts {
  const { config } = reader;
  config.needTopic('state_topic');
  const deviceClass = config.text('device_class');
  const options = config.texts('options');
  const unit = config.label('unit_of_measurement');
  const numeric =
    options === undefined &&
    (unit !== undefined ||
      config.has('state_class') ||
      config.has('suggested_display_precision') ||
      (deviceClass !== undefined && !textClasses.includes(deviceClass)));
  if (numeric) {
    const source = reader.source('state_topic', 'value_template', aNumber);
    const schema = { type: 'number', ...(unit !== undefined && { unit }) };
    return { fields: [{ suffix: '', summary: 'What it measures', schema, measured: true, ...(source && { source }) }] };
  }
  const source = reader.source('state_topic', 'value_template', options === undefined ? aText : choice(options));
  const schema =
    options === undefined ? { type: 'string', maxLength: maxStateLength } : { type: 'string', enum: options };
  return { fields: [{ suffix: '', summary: 'What it tells', schema, ...(source && { source }) }] };
}

export { noParams };
