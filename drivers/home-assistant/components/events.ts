import { fieldOf, isFields } from '../../../src/driver/index.ts';
import { Unsupported } from './config.ts';
import { plain } from './heard.ts';
import type { Parts } from './parts.ts';
import type { Reader } from './reader.ts';
import { jsonValue } from '../template/index.ts';

/** "MQTT event": JSON with an `event_type` of those that are announced. */
export function anEvent(reader: Reader): Parts {
  const { config } = reader;
  const topic = config.needTopic('state_topic');
  const template = config.template('value_template');
  const types = config.texts('event_types') ?? [];
  if (types.length === 0) throw new Unsupported('it has no event_types');
  return {
    events: [
      {
        suffix: '',
        summary: 'It has happened',
        topic,
        data: {
          type: 'object',
          properties: { type: { type: 'string', enum: types } },
          required: ['type'],
          additionalProperties: false,
        },
        tell(heard) {
          const rendered = template?.render(heard.lookup) ?? heard;
          const state = 'text' in rendered ? plain(jsonValue(rendered.text) ?? null) : undefined;
          const type = isFields(state) ? fieldOf(state, 'event_type') : undefined;
          return typeof type === 'string' && types.includes(type) ? { type } : undefined;
        },
      },
    ],
  };
}

/** "MQTT device trigger": a payload on a topic is a button that was pressed. */
export function aTrigger(reader: Reader): Parts {
  const { config } = reader;
  if (config.text('automation_type') !== 'trigger') throw new Unsupported('its automation_type is not trigger');
  const topic = config.needTopic('topic');
  const template = config.template('value_template');
  const payload = config.text('payload');
  return {
    events: [
      {
        suffix: '',
        summary: 'It has happened',
        topic,
        data: { type: 'object', properties: {}, additionalProperties: false },
        tell(heard) {
          const rendered = template?.render(heard.lookup) ?? heard;
          if (!('text' in rendered)) return undefined;
          return payload === undefined || rendered.text === payload ? {} : undefined;
        },
      },
    ],
  };
}
