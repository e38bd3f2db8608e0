import { Type } from '@sinclair/typebox';
import { namePattern } from './schema.ts';

/** What the stream tells of (docs/stream.md). */
export const webhookTypes = [
  'property',
  'command',
  'event',
  'device',
  'simulator',
  'alarm',
  'lease',
  'candidate',
] as const;

const webhookSchema = Type.Object(
  {
    name: Type.String({ pattern: namePattern, description: 'Names it in answers and logs.' }),
    url: Type.String({
      minLength: 1,
      maxLength: 2000,
      description: 'Where events are posted: https, or http on this machine.',
    }),
    secret: Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'What signs them: `whsec_` and 24 to 64 random bytes in base64, as Standard Webhooks has it.',
    }),
    types: Type.Array(Type.Unsafe<(typeof webhookTypes)[number]>({ type: 'string', enum: [...webhookTypes] }), {
      minItems: 1,
      uniqueItems: true,
      default: ['alarm'],
      description: 'What it is told of.',
    }),
    devices: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 63, pattern: '^[a-z0-9*-]+$' }), {
        minItems: 1,
        maxItems: 1000,
        description: 'Ids of the devices that it is told of; `*` stands for any characters. All if absent.',
      }),
    ),
    labels: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 601 }), {
        minItems: 1,
        maxItems: 100,
        description: 'Labels, `KEY` or `KEY=VALUE`; it is told of devices with one of them. All if absent.',
      }),
    ),
    allowHttp: Type.Boolean({
      default: false,
      description: 'True: http to other machines as well. Who is on the way can read it then.',
    }),
    timeoutMs: Type.Integer({
      default: 10_000,
      minimum: 100,
      maximum: 60_000,
      unit: 'ms',
      description: 'How long one attempt may take.',
    }),
    queueEvents: Type.Integer({
      default: 1000,
      minimum: 1,
      maximum: 100_000,
      description: 'How many events wait for it at most; the oldest are dropped, and it is told how many.',
    }),
    queueMegabytes: Type.Integer({
      default: 4,
      minimum: 1,
      maximum: 16,
      description: 'How much they may take together.',
    }),
  },
  { additionalProperties: false, description: 'A receiver of events elsewhere.' },
);

export const webhooksSchema = Type.Array(webhookSchema, {
  maxItems: 20,
  default: [],
  description: 'Who is told of what happens, over HTTP: see docs/webhooks.md.',
});
