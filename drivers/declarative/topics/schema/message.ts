import { type Static, Type } from '@sinclair/typebox';
import { closed, mapOf, milliseconds, oneOf, scalar, scaleKeys, template } from '../../definition/schema/parts.ts';

export const topic = (description: string) => Type.String({ minLength: 1, maxLength: 1000, description });

/** What a field's value is on the wire, beside what it is to clients. */
const fieldsSchema = Type.Optional(
  mapOf(
    closed(
      {
        ...scaleKeys,
        decimals: Type.Optional(
          Type.Integer({
            minimum: 0,
            maximum: 12,
            description: 'Digits after the point of what is sent; all if absent.',
          }),
        ),
        values: Type.Optional(
          mapOf(
            scalar('What stands in the message.'),
            'What each value is in the message: `{ heat: 1, cool: 2 }`.',
            256,
          ),
        ),
      },
      'How one field is written.',
    ),
    'Scale, offset and words of fields, by their names.',
    200,
  ),
);

/** A text, or what JSON is made of. */
export const payload = (description: string) =>
  Type.Unsafe<unknown>({
    anyOf: [
      template('A text, as a template.'),
      { type: 'object', maxProperties: 200 },
      { type: 'array', maxItems: 200 },
      { type: ['number', 'boolean', 'null'] },
    ],
    description,
  });

const qos = Type.Optional(oneOf([0, 1, 2], 'Quality of service; 0: delivered now or not at all.'));

export const sendSchema = closed(
  {
    topic: topic('Where it is published; placeholders like `{topic}` are one level each.'),
    payload: Type.Optional(
      payload(
        'A template, or an object or list that is sent as JSON: `{name}` alone is the value itself. Absent: empty.',
      ),
    ),
    qos,
    fields: fieldsSchema,
  },
  'What is published. Never retained.',
);

const sourceSchema = Type.Unsafe<string | { readonly at: string; readonly as?: string; readonly optional?: boolean }>({
  anyOf: [
    { type: 'string', maxLength: 500 },
    closed(
      {
        at: Type.String({ maxLength: 500, description: 'The JSON pointer (RFC 6901).' }),
        as: Type.Optional(template('How the text there is written, with the one field `value`.')),
        optional: Type.Optional(Type.Boolean({ description: 'True: the message may lack it.' })),
      },
      'Where it stands, and how it is written there.',
    ),
  ],
  description: 'A JSON pointer (RFC 6901), like `/status/on`.',
});

const ruleSchema = Type.Unsafe<
  | number
  | string
  | boolean
  | { readonly equals?: number | string | boolean; readonly tolerance?: number; readonly present?: boolean }
>({
  anyOf: [
    { type: ['number', 'string', 'boolean'] },
    closed(
      {
        equals: Type.Optional(scalar('The value that it must have: a constant, or `{name}` of something known.')),
        tolerance: Type.Optional(
          Type.Number({ minimum: 0, description: 'Largest difference that counts as equal; 0.' }),
        ),
        present: Type.Optional(Type.Boolean({ description: 'Whether it must be there.' })),
      },
      'What must be so.',
    ),
  ],
  description: 'The value that it must have, `{name}` of a parameter or option, or `{ present: false }`.',
});

/** Keys of whatever is heard. */
export const readingKeys = {
  payload: Type.Optional(template('The whole payload as text.')),
  json: Type.Optional(
    Type.Unsafe<string | Readonly<Record<string, Static<typeof sourceSchema>>>>({
      anyOf: [
        { type: 'string', maxLength: 500 },
        { type: 'object', maxProperties: 200, additionalProperties: sourceSchema },
      ],
      description: 'Fields of a JSON payload by name, each a JSON pointer; a pointer alone is that of `value`.',
    }),
  ),
  match: Type.Optional(
    mapOf(ruleSchema, 'What fields, or places of the JSON (`/error`), must be for it to be this message.', 50),
  ),
  fields: fieldsSchema,
};

export const pushedSchema = closed(
  {
    topic: topic('Where the device publishes it.'),
    ...readingKeys,
    retained: Type.Optional(
      Type.Boolean({ description: 'True: what the broker had kept stands for the present. False: it is past.' }),
    ),
  },
  'The topic on which the device tells it, and where it stands in the payload: the field `value`.',
);

const wanted = Type.Unsafe<Readonly<Record<string, number | string | boolean>>>({
  type: 'object',
  minProperties: 1,
  maxProperties: 50,
  additionalProperties: { type: ['number', 'string', 'boolean'] },
  description:
    'Properties, and what they must then be: a constant, or `{name}` of a parameter. All on one state topic.',
});

const replyKeys = closed(
  {
    topic: Type.Optional(topic('Where the device answers.')),
    ...readingKeys,
    state: Type.Optional(wanted),
    tolerance: Type.Optional(Type.Number({ minimum: 0, description: 'Of `state`: largest difference; 0.' })),
    timeoutMs: Type.Optional(milliseconds('Longest wait for it; that of `topics` if absent.', 1)),
  },
  'The message that answers.',
);

export const replySchema = Type.Unsafe<'state' | Static<typeof replyKeys>>({
  anyOf: [{ const: 'state' }, replyKeys],
  description: 'The message that answers: on a topic of its own, or the `state` that follows.',
});

export const errorsSchema = Type.Array(
  closed(
    {
      topic: Type.Optional(topic('Where it comes; the topic of the reply if absent.')),
      ...readingKeys,
      code: Type.Optional(
        Type.Unsafe<string | number>({
          type: ['string', 'integer'],
          description: 'The code, where the message has none.',
        }),
      ),
      text: Type.Optional(Type.String({ maxLength: 500, description: 'The words, where the message has none.' })),
      texts: Type.Optional(mapOf(Type.String({ maxLength: 500, description: 'The words.' }), 'Words by code.')),
      outcome: Type.Optional(
        oneOf(
          ['refused', 'failed', 'busy'],
          'refused: it said no and nothing changed (the default). failed: it tried. busy: it said "not now".',
        ),
      ),
    },
    'A message that says no, in place of the reply. The fields `code` and `text` are the device’s own.',
  ),
  { maxItems: 100, description: 'Messages that say no in place of the reply.' },
);

export const exchangeKeys = {
  send: Type.Optional(sendSchema),
  reply: Type.Optional(replySchema),
  errors: Type.Optional(errorsSchema),
  correlate: Type.Optional(
    Type.Literal('mqtt5', {
      description: 'The reply comes to the response topic with the correlation data of the question (MQTT 5.0 §4.10).',
    }),
  ),
};

const stepsSchema = Type.Array(closed(exchangeKeys, 'What is published, and what answers it.'), {
  minItems: 1,
  maxItems: 50,
  description: 'Exchanges, one after the other.',
});

/** An exchange, or several. */
export const actionKeys = { ...exchangeKeys, steps: Type.Optional(stepsSchema) };

const actionSchema = closed(actionKeys, 'An exchange, or `steps`.');

export type RawFields = NonNullable<Static<typeof fieldsSchema>>;
export type RawSend = Static<typeof sendSchema>;
export type RawReading = Pick<Static<typeof pushedSchema>, 'payload' | 'json' | 'match' | 'fields'>;
export type RawPushed = Static<typeof pushedSchema>;
export type RawReply = Static<typeof replySchema>;
export type RawErrorRule = Static<typeof errorsSchema>[number];
export type RawExchange = Omit<Static<typeof actionSchema>, 'steps'>;
export type RawAction = Static<typeof actionSchema>;
export type RawSource = Static<typeof sourceSchema>;
export type RawRule = Static<typeof ruleSchema>;
export { stepsSchema };
