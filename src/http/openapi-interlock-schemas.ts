import { arrayOf, closedObject, count, flag, type Json, nullable, ref, text } from './openapi-json.ts';

const value = {
  device: text('The device that it is a property of.'),
  property: text('The property.'),
  value: { description: 'The last one known; null if there is none.' },
  ageMs: nullable(count('Since it was read; null if it was not, or not since the device came back.')),
  usable: flag('Whether it can be relied on. One that cannot is enough for the interlock not to hold.'),
  problem: text('Why it cannot.'),
  simulated: flag('Nothing real is behind it.'),
};

const interlock = {
  name: text('The interlock, as the configuration names it.'),
  forbid: {
    ...arrayOf({ type: 'string' }),
    description: 'Commands, and `write:` and a property’s name; `*`: everything that is no read.',
  },
  unless: text('What must hold, in CEL.'),
  maxAgeMs: count('How old a value may be.'),
  onViolation: { enum: ['stop', null], description: 'stop: the device is stopped and latched when it does not hold.' },
  satisfied: flag('Whether it holds. While it does not, what it forbids is answered with 409 `interlocked`.'),
  problem: text('Why its values, all of them usable, could not be judged.'),
  values: { ...arrayOf(ref('InterlockValue')), description: 'What it looks at.' },
};

export const interlockSchemas = {
  Interlock: {
    title: 'Interlock',
    description: 'A rule that forbids commands, and how it stands.',
    ...closedObject(interlock, ['problem']),
  },
  InterlockValue: closedObject(value, ['problem']),
  InterlockList: closedObject({ items: arrayOf(ref('Interlock')) }),
} satisfies Record<string, Json>;
