import type { DataSchema } from './data-schema.ts';

const text = { type: 'string' };
const outcome = { type: 'string', enum: ['succeeded', 'refused', 'failed', 'not-sent', 'unknown'] };

/** What the forms of a thing answer beside values, in short; the OpenAPI document has them whole. */
export const answers: Readonly<Record<'problem' | 'command', DataSchema>> = {
  problem: {
    title: 'Problem',
    description: 'Why it did not succeed, and what is known (RFC 9457).',
    type: 'object',
    required: ['type', 'title', 'status', 'detail', 'code', 'retryable'],
    properties: {
      type: text,
      title: text,
      status: { type: 'integer', minimum: 400, maximum: 599 },
      detail: text,
      code: text,
      outcome,
      retryable: { type: 'boolean' },
      commandId: text,
    },
  },
  command: {
    title: 'Command',
    description: 'It goes on; its path, in `Location`, tells how it stands.',
    type: 'object',
    required: ['id', 'state', 'links'],
    properties: {
      id: text,
      state: { type: 'string', enum: ['queued', 'sent', 'ended'] },
      outcome,
      links: { type: 'object', properties: { self: text, device: text } },
    },
  },
};
