import { Type } from '@sinclair/typebox';
import { closed, feedSchema, moved, nothing } from './schemas.ts';

/** mm along an axis, in absolute or relative terms. */
const millimetres = (title: string) => Type.Number({ title, unit: 'mm', minimum: -10_000, maximum: 10_000 });

const target = {
  x: Type.Optional(millimetres('X')),
  y: Type.Optional(millimetres('Y')),
  z: Type.Optional(millimetres('Z')),
};

const someAxis = [{ required: ['x'] }, { required: ['y'] }, { required: ['z'] }];

/** A rapid motion has no feed; any other needs one. */
const feedUnlessRapid = [{ required: ['feed'] }, { required: ['rapid'], properties: { rapid: { const: true } } }];

const motion = { effect: 'actuate', confirmation: 'confirmed', long: true, timeoutMs: 30_000 } as const;

/** Commands that end when the machine stands where it should. */
export const motionCommands = {
  'move-to': {
    summary: 'Move to a position, in a straight line',
    ...motion,
    params: Type.Object(
      {
        ...target,
        feed: Type.Optional(feedSchema),
        rapid: Type.Optional(
          Type.Boolean({ title: 'Rapid', description: 'As fast as the machine goes; then no feed is needed.' }),
        ),
        coordinates: Type.Optional(
          Type.Union([Type.Literal('work'), Type.Literal('machine')], { title: 'Coordinates', default: 'work' }),
        ),
      },
      { ...closed, allOf: [{ anyOf: someAxis }, { anyOf: feedUnlessRapid }] },
    ),
    result: moved,
    examples: [
      { params: { x: 10, y: -5, feed: 600 }, result: { x: 10, y: -5, z: 0 } },
      { params: { z: 0, rapid: true, coordinates: 'machine' }, result: { x: 10, y: -5, z: 0 } },
    ],
  },
  home: {
    summary: 'Run the homing cycle',
    ...motion,
    // The controller tells nothing of itself until the cycle is over.
    timeoutMs: 180_000,
    params: nothing,
    result: moved,
  },
  jog: {
    summary: 'Jog: a motion that can be cancelled and changes no G-code mode',
    ...motion,
    abortable: true,
    params: Type.Object(
      {
        ...target,
        feed: feedSchema,
        mode: Type.Optional(
          Type.Union([Type.Literal('relative'), Type.Literal('work'), Type.Literal('machine')], {
            title: 'Mode',
            description: 'Whether the axes tell a distance, or a position in work or machine coordinates.',
            default: 'relative',
          }),
        ),
      },
      { ...closed, anyOf: someAxis },
    ),
    result: moved,
    examples: [{ params: { x: 1, feed: 300 }, result: { x: 11, y: -5, z: 0 } }],
  },
} as const;
