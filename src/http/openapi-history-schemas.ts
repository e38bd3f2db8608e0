import type { Bucket, Sample } from '../store/store.ts';
import { simulated } from './openapi-device-schemas.ts';
import { arrayOf, closedObject, count, type Described, type Json, ref, text, time } from './openapi-json.ts';

const number: Json = { type: 'number' };

const sample: Omit<Described<Sample>, 'device' | 'property'> = {
  at: time('When it was read.'),
  value: { description: 'What was read, in `unit`.' },
};

const bucket: Described<Bucket> = {
  at: time('Where it begins.'),
  min: number,
  mean: { ...number, description: 'Of the values that were kept, each counting once.' },
  max: number,
  count: count('How many values there were.'),
};

const span = {
  device: text('The device’s id.'),
  property: text('The property.'),
  unit: { type: ['string', 'null'] },
  from: time('Where it begins, inclusive.'),
  to: time('Where it ends, exclusive.'),
  simulated: { ...simulated, description: 'Some of it, at least, is what a simulator told.' },
} satisfies Record<string, Json>;

export const historySchemas = {
  Sample: closedObject(sample),
  Bucket: { description: 'The numbers of one stretch of time.', ...closedObject(bucket) },
  Samples: {
    title: 'Samples',
    description: 'Values as they were, oldest first.',
    ...closedObject(
      {
        ...span,
        items: arrayOf(ref('Sample')),
        next: text('The `cursor` of the next page, which needs the same `from` and `to`; absent on the last one.'),
      },
      ['next'],
    ),
  },
  Buckets: {
    title: 'Buckets',
    description: 'Numbers in stretches of equal length, those without numbers left out.',
    ...closedObject({ ...span, buckets: arrayOf(ref('Bucket')) }),
  },
  History: { oneOf: [ref('Samples'), ref('Buckets')], description: 'Buckets when `points` was given.' },
} satisfies Record<string, Json>;
