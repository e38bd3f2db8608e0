import { type Static, Type } from '@sinclair/typebox';
import { topicLevelPattern } from '../../src/driver/index.ts';
import { params, value } from './schemas.ts';

/** A topic with `{device}`, `{method}` and `{id}` in it. */
const templatePattern =
  '^(?!\\$)(?:[^/+#{}\\u0000]|\\{(?:device|method|id|session)\\})+(?:/(?:[^/+#{}\\u0000]|\\{(?:device|method|id|session)\\})+)*$';
const pointerPattern = '^(?:/(?!__proto__(?:/|$))[A-Za-z0-9_.$-]{1,64}){0,4}$';

const template = (title: string, description: string, example: string) =>
  Type.String({ title, description, pattern: templatePattern, maxLength: 300, examples: [example] });

const pointer = (title: string, description: string) =>
  Type.Optional(Type.String({ title, description, pattern: pointerPattern, maxLength: 300 }));

const methodPattern = '^[a-z][a-z0-9-]{0,62}$';
const methodName = Type.String({ pattern: methodPattern });

const method = Type.Object(
  {
    summary: Type.String({ title: 'Summary', minLength: 1, maxLength: 200 }),
    effect: Type.Union([Type.Literal('read'), Type.Literal('idempotent'), Type.Literal('actuate')], {
      title: 'Effect',
    }),
    method: Type.Optional(
      Type.String({ title: 'Method', description: 'What the device calls it.', minLength: 1, maxLength: 100 }),
    ),
    timeoutMs: Type.Optional(
      Type.Integer({ title: 'Time', unit: 'ms', minimum: 50, maximum: 3_600_000, description: '5000 by default.' }),
    ),
    params: Type.Optional(params),
    result: Type.Optional(value),
    confirmedBy: Type.Optional(
      Type.Record(methodParam(), Type.String({ pattern: pointerPattern }), {
        title: 'Confirmed by',
        description: 'Parameters, and where in the result the device reports the state that they asked for.',
        minProperties: 1,
        maxProperties: 20,
        additionalProperties: false,
      }),
    ),
    noAnswer: Type.Optional(
      Type.Literal(true, { title: 'No answer', description: 'The device never answers it: it is `sent`, no more.' }),
    ),
  },
  { title: 'Method', additionalProperties: false },
);

function methodParam() {
  return Type.String({ pattern: '^(?!__proto__$)[^\\u0000-\\u001f]{1,64}$' });
}

const availability = Type.Object(
  {
    topic: template('Topic', 'Where it says whether it is there; its last will.', 'lamps/{device}/status'),
    online: Type.Optional(Type.String({ title: 'There', description: '`online` by default.', maxLength: 100 })),
    offline: Type.Optional(Type.String({ title: 'Away', description: '`offline` by default.', maxLength: 100 })),
  },
  { title: 'Availability', additionalProperties: false },
);

const stopStep = Type.Object(
  {
    command: methodName,
    params: Type.Optional(Type.Record(methodParam(), Type.Unknown(), { title: 'Parameters', maxProperties: 50 })),
  },
  { title: 'One message', additionalProperties: false },
);

export const mqttRpcOptions = Type.Object(
  {
    device: Type.String({
      title: 'Device',
      description: 'Which device, for `{device}` in topics.',
      pattern: topicLevelPattern,
      maxLength: 100,
      examples: ['lamp-7'],
    }),
    model: Type.Optional(
      Type.String({ title: 'Model', description: 'Its make and type.', minLength: 1, maxLength: 60 }),
    ),
    correlation: Type.Union([Type.Literal('properties'), Type.Literal('field'), Type.Literal('topic')], {
      title: 'Correlation',
      description:
        'Where the id of a request stands: in the properties of MQTT 5, in a field of the payload, or in the topic.',
    }),
    numberedIds: Type.Optional(
      Type.Literal(true, { title: 'Numbered ids', description: 'Ids are whole numbers of 31 bits, not texts.' }),
    ),
    request: template('Request topic', 'Where the device is asked.', 'lamps/{device}/commands/{method}/request'),
    response: Type.Optional(
      template(
        'Response topic',
        'Where it answers. With `properties` it is told so, and may be left out.',
        'v1/devices/me/rpc/response/{id}',
      ),
    ),
    at: Type.Optional(
      Type.Object(
        {
          id: pointer('Id', 'In requests and answers; `/id` by default, of `field` alone.'),
          method: pointer('Method', 'In requests; `/method` by default, not with `properties`.'),
          params: pointer('Parameters', 'In requests; `/params` by default, the whole payload with `properties`.'),
          result: pointer('Result', 'In answers; `/result` by default with `field`, else the whole payload.'),
          error: pointer('Error', 'In answers; what stands there is a refusal or a failure. `/error` by default.'),
        },
        { title: 'Places in the payloads', description: 'JSON pointers.', additionalProperties: false },
      ),
    ),
    methods: Type.Record(methodName, method, {
      title: 'Methods',
      minProperties: 1,
      maxProperties: 100,
      additionalProperties: false,
    }),
    stop: Type.Optional(
      Type.Array(stopStep, { title: 'Stop', description: 'What makes it safe.', minItems: 1, maxItems: 10 }),
    ),
    probe: Type.Optional(
      Type.String({
        pattern: methodPattern,
        title: 'Probe',
        description: 'A method that reads, to ask if it is there.',
      }),
    ),
    availability: Type.Optional(availability),
    replyTimeoutMs: Type.Optional(
      Type.Integer({
        title: 'Reply timeout',
        description: 'Longest wait for one answer; by default as long as the command has.',
        unit: 'ms',
        minimum: 50,
        maximum: 3_600_000,
      }),
    ),
  },
  { title: 'Requests over MQTT', additionalProperties: false },
);

export type MqttRpcOptions = Static<typeof mqttRpcOptions>;
export type Method = Static<typeof method>;
