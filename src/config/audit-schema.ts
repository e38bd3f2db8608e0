import { Type } from '@sinclair/typebox';

/** `audit`: what was done, by whom. It stands in the folder `audit` of the store. */
export const auditSchema = Type.Object(
  {
    required: Type.Boolean({
      default: false,
      description:
        'True: while the audit cannot be written, nothing is done that it would have to tell. A stop always is.',
    }),
    keepDays: Type.Integer({
      default: 400,
      minimum: 1,
      maximum: 36_500,
      description: 'How long entries are kept, in days.',
    }),
    keepMegabytes: Type.Integer({
      default: 2048,
      minimum: 32,
      maximum: 1_000_000,
      description: 'How much the audit may take; beyond that the oldest entries go first.',
    }),
  },
  { additionalProperties: false, default: {}, description: 'What was done, by whom.' },
);
