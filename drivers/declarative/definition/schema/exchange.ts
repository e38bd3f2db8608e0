import { Type } from '@sinclair/typebox';
import { closed, mapOf, milliseconds, oneOf, scalar, scaleKeys, template } from './parts.ts';

const maxBytes = Type.Optional(
  Type.Integer({
    minimum: 1,
    maximum: 1_048_576,
    unit: 'B',
    description: 'The longest reply; a longer one is refused.',
  }),
);

/** How the end of a reply is found. */
export const replySchema = closed(
  {
    terminator: Type.Optional(template('The bytes that end it, which are no part of it.')),
    bytes: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_536, unit: 'B', description: 'Its fixed length.' })),
    silence: Type.Optional(Type.Literal(true, { description: 'It ends with silence of `interByteTimeoutMs`.' })),
    lengthField: Type.Optional(
      closed(
        {
          offset: Type.Integer({ minimum: 0, maximum: 1024, description: 'Where the length stands, from the start.' }),
          size: Type.Optional(oneOf([1, 2, 4], 'Bytes of the length; 1.')),
          littleEndian: Type.Optional(Type.Boolean({ description: 'Least significant byte first; false.' })),
          adds: Type.Optional(
            Type.Integer({ minimum: -64, maximum: 1024, description: 'Bytes of the frame that the length omits; 0.' }),
          ),
        },
        'A field of the frame that holds its length.',
      ),
    ),
    start: Type.Optional(template('The bytes before it; what comes before them is skipped.')),
    end: Type.Optional(template('The bytes after it, with `start`.')),
    maxBytes,
  },
  'How the end of the reply is found: one of terminator, bytes, silence, lengthField, start and end.',
);

export const errorSchema = closed(
  {
    match: template('A reply that tells an error. The fields `code` and `text` are the device’s own.'),
    code: Type.Optional(
      Type.Unsafe<string | number>({ type: ['string', 'integer'], description: 'The code, where the reply has none.' }),
    ),
    text: Type.Optional(Type.String({ maxLength: 500, description: 'The words, where the reply has none.' })),
    texts: Type.Optional(mapOf(Type.String({ maxLength: 500, description: 'The words.' }), 'Words by code.')),
    outcome: Type.Optional(
      oneOf(
        ['refused', 'failed', 'busy'],
        'refused: it said no and nothing changed (the default). failed: it tried. busy: it said "not now".',
      ),
    ),
  },
  'A reply that tells an error in place of the one expected.',
);

export const errorsSchema = Type.Array(errorSchema, { maxItems: 200, description: 'Replies that tell an error.' });

const timing = {
  replyTimeoutMs: Type.Optional(milliseconds('To the first byte of the reply; the line’s if absent.', 1)),
  interByteTimeoutMs: Type.Optional(milliseconds('Silence inside the reply that ends it; the line’s if absent.', 1)),
  totalTimeoutMs: Type.Optional(milliseconds('To the end of the reply; the line’s if absent.', 1)),
  gapMs: Type.Optional(milliseconds('Silence after it, before whatever comes next; the line’s if absent.')),
};

/** Keys that stand directly wherever an exchange may. */
export const exchangeKeys = {
  send: Type.Optional(template('What is sent. Absent: it waits for what the device says next.')),
  expect: Type.Optional(
    Type.Unsafe<string | readonly string[]>({
      anyOf: [
        template('The reply.'),
        Type.Array(template('A frame of the reply.'), { minItems: 1, maxItems: 100, description: 'Its frames.' }),
      ],
      description: 'The reply, or a list for one of several frames. Absent: the device does not answer.',
    }),
  ),
  reply: Type.Optional(replySchema),
  rewrite: Type.Optional(
    Type.Array(
      closed(
        {
          pattern: Type.String({ minLength: 1, maxLength: 1000, description: 'A regular expression (RE2).' }),
          with: Type.String({ maxLength: 1000, description: 'What replaces each match; `$1` is its first group.' }),
        },
        'One replacement.',
      ),
      { maxItems: 20, description: 'Replacements in the reply before it is matched, in this order.' },
    ),
  ),
  fields: Type.Optional(
    mapOf(closed(scaleKeys, 'Scale and offset of one field.'), 'Scale and offset of fields, by their names.', 200),
  ),
  errors: Type.Optional(errorsSchema),
  ...timing,
};

export const exchangeSchema = closed(exchangeKeys, 'One request and its reply.');

const repeatSchema = closed(
  {
    ...exchangeKeys,
    until: Type.Optional(
      mapOf(scalar('The value that the field must have.'), 'Ends when the fields have these values.', 50),
    ),
    while: Type.Optional(template('A reply that means "not yet".')),
    everyMs: Type.Optional(milliseconds('Pause between two requests; 100.', 1)),
    withinMs: milliseconds('Longest time for all of it.', 1, 86_400_000),
  },
  'Asks again until the reply says so.',
);

export const stepSchema = closed(
  {
    ...exchangeKeys,
    waitMs: Type.Optional(milliseconds('Waits, and nothing else.', 1)),
    repeat: Type.Optional(repeatSchema),
  },
  'An exchange, or one of waitMs and repeat.',
);

export const stepsSchema = Type.Array(stepSchema, {
  minItems: 1,
  maxItems: 100,
  description: 'Exchanges and waits, one after the other.',
});

export const stepsKey = { steps: Type.Optional(stepsSchema) };
