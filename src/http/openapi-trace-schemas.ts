import type { Purpose, TracedMessage } from '../transport/trace/index.ts';
import { simulated } from './openapi-device-schemas.ts';
import {
  arrayOf,
  choice,
  closedObject,
  count,
  type Described,
  flag,
  type Json,
  mapOf,
  ref,
  text,
  time,
} from './openapi-json.ts';

const when = {
  sequence: count('Counts up, over all that passed on the connection; gaps are what concerned other devices.'),
  at: time('When it passed.'),
  monotonicMs: {
    type: 'number',
    description: 'The same by a clock that nobody sets, in ms: for the time between two entries.',
  },
} satisfies Record<string, Json>;

const data = {
  hex: text('The bytes, two hex digits each.'),
  text: text('The same for people: printable ASCII as it is, any other byte as \\n, \\r, \\t, \\", \\\\ or \\xNN.'),
} satisfies Record<string, Json>;

const passed = {
  kind: choice({ sent: 'the service said it', heard: 'the device did' }),
  cutFrom: count('How many bytes it had in whole, where only its beginning is here.'),
  device: text('Whose call sent it, or who heard it, as far as that is known.'),
  call: ref('TraceCall'),
  decoded: { description: 'What it means, as far as the driver knows, or as JSON.' },
} satisfies Record<string, Json>;

const call: Described<Purpose> = {
  kind: text('`command`, `read`, `poll`, `stop`, `attach`, `init`, `resync`, `probe`, `detach` or `discovery`.'),
  name: text('Of the command or the property.'),
  id: text('Of the command: `GET /v1/commands/{id}`.'),
};

const message: Described<Omit<TracedMessage, 'payload'>> & typeof data = {
  topic: text('Its topic.'),
  ...data,
  retained: flag('Heard: the broker had kept it. Sent: it was asked to.'),
  qos: { type: 'integer', minimum: 0, maximum: 2 },
  responseTopic: text('MQTT 5.'),
  correlationData: text('MQTT 5; hex.'),
  contentType: text('MQTT 5.'),
  messageExpirySeconds: count('MQTT 5.'),
  userProperties: mapOf({ type: 'string' }, 'MQTT 5.'),
};

export const traceSchemas = {
  TraceCall: { description: 'Why it was sent.', ...closedObject(call, ['name', 'id']) },
  TraceMessage: closedObject(message, [
    'qos',
    'responseTopic',
    'correlationData',
    'contentType',
    'messageExpirySeconds',
    'userProperties',
  ]),
  TracedBytes: {
    title: 'Bytes',
    description: 'Bytes as they came; they do not align with what the device means by one answer.',
    ...closedObject({ ...when, ...passed, ...data }, ['cutFrom', 'device', 'call', 'decoded']),
  },
  TracedMessage: {
    title: 'Message',
    ...closedObject({ ...when, ...passed, message: ref('TraceMessage') }, ['cutFrom', 'device', 'call', 'decoded']),
  },
  TracedWire: {
    title: 'Wire',
    description: 'What happened to the connection.',
    ...closedObject(
      {
        ...when,
        kind: { const: 'wire' },
        what: choice({ opened: 'it is open from here on', closed: 'the service closed it', lost: 'anything else did' }),
        detail: text('What was opened, or why it ended.'),
      },
      ['detail'],
    ),
  },
  Trace: {
    description: 'The newest of what passed, oldest first. As text/plain it is a recording.',
    ...closedObject({
      device: text('The device’s id.'),
      items: arrayOf({ anyOf: [ref('TracedBytes'), ref('TracedMessage'), ref('TracedWire')] }),
      dropped: count('How many entries after `since` were dropped to make room, whichever device they concerned.'),
      next: count('The `since` to ask for next.'),
      simulated,
    }),
  },
} satisfies Record<string, Json>;
