import { actions } from '../access/scope.ts';
import { arrayOf, closedObject, type Json, nullable, text, time } from './openapi-json.ts';

const action: Json = { type: 'string', enum: [...actions] };

export const meSchemas = {
  Me: {
    title: 'Caller',
    description: 'Who asks, and what they may.',
    ...closedObject(
      {
        name: text('Stands as `by` in records.'),
        scopes: { ...arrayOf({ type: 'string' }), description: 'What they have: ACTION:DEVICES:COMMANDS.' },
        expiresAt: nullable(time('When their credentials end by themselves.')),
        everywhere: {
          ...arrayOf(action),
          description: 'What they may do to every device, those of tomorrow included.',
        },
        device: closedObject({
          id: text('The device that was asked about, whether there is one or not.'),
          actions: { ...arrayOf(action), description: 'What they may do there.' },
          commands: {
            ...arrayOf({ type: 'string' }),
            description: 'The commands that they may send it; `write:` and a property’s name for its write.',
          },
        }),
      },
      ['device'],
    ),
  },
} satisfies Record<string, Json>;
