import { type Static, Type } from '@sinclair/typebox';
import { closed, mapOf, milliseconds, scalar, template } from './parts.ts';

const relationSchema = closed(
  {
    follows: Type.Optional(Type.String({ maxLength: 100, description: 'The property or state that it goes after.' })),
    when: Type.Optional(
      Type.String({ maxLength: 100, description: 'A boolean that must be true, or else the target is `otherwise`.' }),
    ),
    otherwise: Type.Optional(Type.Number({ description: 'The target while `when` is false; 0.' })),
    timeConstantMs: Type.Optional(milliseconds('First-order lag; 0 follows at once.')),
    ratePerSecond: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, description: 'Largest change per second; no limit if absent.' }),
    ),
    gain: Type.Optional(Type.Number({ description: 'What the followed value is multiplied with; 1.' })),
    offset: Type.Optional(Type.Number({ description: 'What is added after that; 0.' })),
    noise: Type.Optional(Type.Number({ minimum: 0, description: 'Standard deviation of what is read; 0.' })),
  },
  'How one property moves.',
);

const refusalSchema = closed(
  {
    on: Type.String({ maxLength: 120, description: 'A command, or `write:` and a property.' }),
    param: Type.Optional(Type.String({ maxLength: 100, description: 'The parameter; `value` for a write.' })),
    above: Type.Optional(Type.Number({ description: 'Refused above this.' })),
    below: Type.Optional(Type.Number({ description: 'Refused below this.' })),
    equals: Type.Optional(scalar('Refused if equal to this.')),
    when: Type.Optional(
      mapOf(scalar('The value at which it is refused.'), 'Refused while properties have these values.', 20),
    ),
    reply: Type.Optional(template('What the device answers; may hold the fields `code` and `text`.')),
    code: Type.Optional(Type.Unsafe<string | number>({ type: ['string', 'integer'], description: 'The code.' })),
    text: Type.Optional(Type.String({ maxLength: 500, description: 'The words.' })),
  },
  'What the simulated device refuses.',
);

const target = Type.Unsafe<string | number | boolean | { readonly value: unknown }>({
  anyOf: [
    { type: ['string', 'number', 'boolean'] },
    closed({ value: Type.Unknown({ description: 'The constant.' }) }, 'A constant.'),
  ],
  description: 'The parameter’s name, or `{ value: constant }`.',
});

const targets = (description: string) => mapOf(target, description, 100);

export const simulatorSchema = closed(
  {
    initial: Type.Optional(
      mapOf(Type.Unknown({ description: 'The first value.' }), 'First values of properties, fields and further state.'),
    ),
    relations: Type.Optional(mapOf(relationSchema, 'How properties move, by name.')),
    sets: Type.Optional(mapOf(targets('Property to parameter.'), 'What each command sets.')),
    refuse: Type.Optional(Type.Array(refusalSchema, { maxItems: 200, description: 'What it refuses.' })),
    replyMs: Type.Optional(milliseconds('From the end of a message to the start of the answer; 0.')),
    pushes: Type.Optional(
      Type.Array(
        closed(
          {
            property: Type.String({ maxLength: 100, description: 'The property.' }),
            everyMs: milliseconds('How often.', 1),
          },
          'A property that it sends unasked.',
        ),
        { maxItems: 100, description: 'What it sends unasked.' },
      ),
    ),
    stop: Type.Optional(targets('What stop sets: property to constant.')),
  },
  'How the simulated device behaves; without it, what is written is read back.',
);

export type RawSimulator = Static<typeof simulatorSchema>;
