/** What a bridge by hand says of a command's body and of its answer, for Fastify: as the service answers. */
export const setting = {
  type: 'object',
  properties: { volts: { type: 'number', minimum: 0, maximum: 60 } },
  required: ['volts'],
  additionalProperties: false,
} as const;

const text = { type: 'string' } as const;

export const commandBody = {
  type: 'object',
  properties: {
    id: text,
    device: text,
    command: text,
    params: setting,
    state: text,
    outcome: text,
    confirmation: text,
    result: setting,
    by: text,
    simulated: { type: 'boolean' },
    submittedAt: text,
    sentAt: text,
    endedAt: text,
    links: { type: 'object', properties: { self: text, device: text } },
  },
} as const;
