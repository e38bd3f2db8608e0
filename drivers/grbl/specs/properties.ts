import { Type } from '@sinclair/typebox';
import { alarmSchema, closed, overridesSchema, positionSchema, stateSchema, subStateSchema } from './schemas.ts';

const state = { access: 'read', source: { pollMs: 250 } } as const;
const told = { access: 'read', source: 'pushed' } as const;

export const properties = {
  state: { summary: 'State of the machine', schema: stateSchema, ...state },
  'sub-state': {
    summary: 'Of a hold (0 at rest, 1 still slowing down) or a door (0 closed, 1 open, 2 parking, 3 resuming)',
    schema: subStateSchema,
    ...state,
  },
  'machine-position': { summary: 'Position in machine coordinates', schema: positionSchema, ...state },
  'work-position': { summary: 'Position in work coordinates', schema: positionSchema, ...state },
  'feed-rate': {
    summary: 'Feed at this moment',
    schema: Type.Number({ title: 'Feed rate', unit: 'mm/min', minimum: 0 }),
    ...state,
  },
  'spindle-speed': {
    summary: 'Spindle speed that the controller asks for; absent in builds without variable spindle',
    schema: Type.Number({ title: 'Spindle speed', unit: 'rpm', minimum: 0 }),
    ...told,
  },
  overrides: { summary: 'Overrides in percent of what was programmed', schema: overridesSchema, ...told },
  buffer: {
    summary: 'Free places in the planner and free bytes in the receive buffer, if the controller tells ($10)',
    schema: Type.Object(
      { blocks: Type.Integer({ minimum: 0 }), bytes: Type.Integer({ minimum: 0, unit: 'B' }) },
      closed,
    ),
    ...told,
  },
  pins: {
    summary: 'Input pins that are triggered: limits X Y Z, P probe, D door, H hold, R reset, S start',
    schema: Type.String({ title: 'Pins', maxLength: 20 }),
    ...told,
  },
  'position-known': {
    summary: 'Homed, and nothing has happened since that puts the position in doubt',
    schema: Type.Boolean({ title: 'Position known' }),
    ...told,
  },
  'last-alarm': { summary: 'The last alarm since the device was attached', schema: alarmSchema, ...told },
} as const;
