import { Type } from '@sinclair/typebox';
import { closed, nothing, rpmSchema } from './schemas.ts';

const line = { effect: 'actuate', confirmation: 'acknowledged', timeoutMs: 20_000 } as const;

/** Lines that the controller answers when it has carried them out. */
export const accessoryCommands = {
  'spindle-on': {
    summary: 'Start the spindle',
    ...line,
    params: Type.Object(
      {
        rpm: rpmSchema,
        direction: Type.Optional(
          Type.Union([Type.Literal('clockwise'), Type.Literal('counterclockwise')], {
            title: 'Direction',
            default: 'clockwise',
          }),
        ),
      },
      closed,
    ),
    result: nothing,
    examples: [{ params: { rpm: 8000 }, result: {} }],
  },
  'spindle-off': { summary: 'Stop the spindle', ...line, params: nothing, result: nothing },
  coolant: {
    summary: 'Switch coolant: flood and mist are added to one another, off ends both',
    ...line,
    params: Type.Object(
      {
        mode: Type.Union([Type.Literal('off'), Type.Literal('flood'), Type.Literal('mist')], { title: 'Coolant' }),
      },
      closed,
    ),
    result: nothing,
    examples: [{ params: { mode: 'flood' }, result: {} }],
  },
  unlock: { summary: 'Leave the alarm without homing', ...line, params: nothing, result: nothing },
  'set-work-zero': {
    summary: 'Make the present position the zero of the work coordinates in use; kept over a reset',
    ...line,
    params: Type.Object(
      {
        axes: Type.Array(Type.Union([Type.Literal('x'), Type.Literal('y'), Type.Literal('z')]), {
          title: 'Axes',
          minItems: 1,
          maxItems: 3,
          uniqueItems: true,
        }),
      },
      closed,
    ),
    result: nothing,
    examples: [{ params: { axes: ['x', 'y'] }, result: {} }],
  },
} as const;
