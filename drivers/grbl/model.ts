import { Type } from '@sinclair/typebox';
import { defineModel } from '../../src/driver/index.ts';
import {
  alarmSchema,
  closed,
  feedSchema,
  jobProgress,
  moved,
  nothing,
  overridesSchema,
  positionSchema,
  rpmSchema,
  settingNumber,
  stateSchema,
  stepSchema,
  subStateSchema,
} from './schemas.ts';

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
const line = { effect: 'actuate', confirmation: 'acknowledged', timeoutMs: 20_000 } as const;
const atOnce = { effect: 'actuate', urgent: true, timeoutMs: 3000 } as const;
const stepped = Type.Object({ step: stepSchema }, closed);
const none = nothing;

const state = { access: 'read', source: { pollMs: 250 } } as const;
const told = { access: 'read', source: 'pushed' } as const;

export const model = defineModel({
  name: 'grbl',
  summary: 'CNC machine with a GRBL 1.1 controller',
  commands: {
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
      params: none,
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
    'jog-cancel': {
      summary: 'End a jog that is under way',
      ...atOnce,
      confirmation: 'confirmed',
      params: none,
      result: none,
    },
    hold: {
      summary: 'Feed hold: slow down to a stop, and keep what is queued',
      ...atOnce,
      confirmation: 'confirmed',
      params: none,
      result: none,
    },
    resume: {
      summary: 'Go on after a feed hold, a closed door or a program pause',
      ...atOnce,
      confirmation: 'confirmed',
      params: none,
      result: none,
    },
    'soft-reset': {
      summary: 'Reset the controller: motion stops at once, what is queued is dropped, the position is in doubt',
      ...atOnce,
      confirmation: 'acknowledged',
      params: none,
      result: none,
    },
    'feed-override': {
      summary: 'Change the feed override',
      ...atOnce,
      confirmation: 'sent',
      params: stepped,
      result: none,
      examples: [{ params: { step: 'plus-10' }, result: {} }],
    },
    'rapid-override': {
      summary: 'Set the override of rapid motions',
      ...atOnce,
      confirmation: 'sent',
      params: Type.Object(
        {
          percent: Type.Union([Type.Literal(100), Type.Literal(50), Type.Literal(25)], { title: 'Of full', unit: '%' }),
        },
        closed,
      ),
      result: none,
      examples: [{ params: { percent: 50 }, result: {} }],
    },
    'spindle-override': {
      summary: 'Change the spindle speed override',
      ...atOnce,
      confirmation: 'sent',
      params: stepped,
      result: none,
      examples: [{ params: { step: 'reset' }, result: {} }],
    },
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
      result: none,
      examples: [{ params: { rpm: 8000 }, result: {} }],
    },
    'spindle-off': { summary: 'Stop the spindle', ...line, params: none, result: none },
    coolant: {
      summary: 'Switch coolant: flood and mist are added to one another, off ends both',
      ...line,
      params: Type.Object(
        {
          mode: Type.Union([Type.Literal('off'), Type.Literal('flood'), Type.Literal('mist')], { title: 'Coolant' }),
        },
        closed,
      ),
      result: none,
      examples: [{ params: { mode: 'flood' }, result: {} }],
    },
    unlock: { summary: 'Leave the alarm without homing', ...line, params: none, result: none },
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
      result: none,
      examples: [{ params: { axes: ['x', 'y'] }, result: {} }],
    },
    'read-settings': {
      summary: 'Read all settings of the controller ($$)',
      effect: 'read',
      confirmation: 'acknowledged',
      timeoutMs: 5000,
      params: none,
      result: Type.Object(
        {
          settings: Type.Array(Type.Object({ number: settingNumber, value: Type.Number() }, closed), {
            maxItems: 256,
          }),
        },
        closed,
      ),
    },
    'set-setting': {
      summary: 'Write one setting of the controller into its EEPROM',
      effect: 'idempotent',
      confirmation: 'acknowledged',
      timeoutMs: 5000,
      params: Type.Object(
        {
          number: settingNumber,
          value: Type.Number({ title: 'Value', minimum: -1_000_000, maximum: 1_000_000 }),
        },
        closed,
      ),
      result: none,
      examples: [{ params: { number: 110, value: 500 }, result: {} }],
    },
    'run-job': {
      summary: 'Run G-code: it is streamed to the controller, and ends when the last motion has',
      ...motion,
      abortable: true,
      params: Type.Object(
        {
          gcode: Type.String({
            title: 'G-code',
            description: 'Lines of at most 79 characters without blanks and comments; no $ commands.',
            minLength: 1,
            maxLength: 4_000_000,
          }),
        },
        closed,
      ),
      result: Type.Object({ lines: Type.Integer({ title: 'Lines executed' }) }, closed),
      examples: [{ params: { gcode: 'G21 G90\nG1 X10 F600\nG1 X0' }, result: { lines: 3 } }],
    },
  },
  properties: {
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
  },
  events: {
    alarm: { summary: 'The controller went into alarm', data: alarmSchema },
    reset: {
      summary: 'The controller started afresh: by command, by a button, or because its power came back',
      data: Type.Object({ banner: Type.String({ maxLength: 100 }) }, closed),
    },
    message: {
      summary: 'What the controller says unasked, such as "Check Door"',
      data: Type.Object({ text: Type.String({ maxLength: 100 }) }, closed),
    },
    'job-progress': { summary: 'How far a job has come', data: jobProgress },
  },
  stop: {
    summary: 'Feed hold and reset: motion stops at once, what is queued is dropped, spindle and coolant go off',
    confirmation: 'acknowledged',
    timeoutMs: 4000,
  },
});

/** Options of a device in the configuration; the simulated driver takes the same. */
export const optionsSchema = Type.Object(
  {
    replyTimeoutMs: Type.Optional(
      Type.Integer({
        title: 'Reply timeout',
        description: 'How long the controller may be idle, or silent, while it owes an answer.',
        unit: 'ms',
        minimum: 50,
        maximum: 60_000,
        default: 1500,
      }),
    ),
    bootMs: Type.Optional(
      Type.Integer({
        title: 'Start-up time',
        description: 'Opening a serial port resets many boards; they need this long to answer.',
        unit: 'ms',
        minimum: 50,
        maximum: 4000,
        default: 3000,
      }),
    ),
    statusMs: Type.Optional(
      Type.Integer({
        title: 'Status interval',
        description: 'How often the status is asked for while something is under way.',
        unit: 'ms',
        minimum: 50,
        maximum: 1000,
        default: 250,
      }),
    ),
    toleranceMm: Type.Optional(
      Type.Number({
        title: 'Tolerance',
        description: 'How far from its target a motion may end: steps are coarser than millimetres.',
        unit: 'mm',
        minimum: 0.001,
        maximum: 1,
        default: 0.05,
      }),
    ),
    holdLimitMs: Type.Optional(
      Type.Integer({
        title: 'Longest hold',
        description: 'How long a motion or a job may be held before it is given up as unknown.',
        unit: 'ms',
        minimum: 1000,
        maximum: 86_400_000,
        default: 3_600_000,
      }),
    ),
  },
  closed,
);
