import type { Parts } from './parts.ts';
import { onOff } from './meanings.ts';
import type { Reader } from './reader.ts';

export const booleanSchema = { type: 'boolean', examples: [true] };

/** What is on or off: `switch`, and the main part of fans, sirens and humidifiers. */
export function switchable(reader: Reader, its: { readonly state?: string; readonly what: string }): Parts {
  const { config } = reader;
  const [on, off] = [config.textOr('payload_on', 'ON'), config.textOr('payload_off', 'OFF')];
  const meaning = onOff(config.textOr('state_on', on), config.textOr('state_off', off));
  const source = reader.source('state_topic', its.state ?? 'value_template', meaning);
  const command = reader.needCommand('command_topic', 'command_template');
  const write = reader.write(command, source, (value) => (value === true ? on : off));
  return {
    fields: [
      { suffix: '', summary: its.what, schema: booleanSchema, ...(source && { source }), ...(write && { write }) },
    ],
    ...(write && { stop: { summary: 'off', confirmation: write.confirmation, send: () => write.send(false) } }),
  };
}
