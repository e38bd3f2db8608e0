import { Type } from '@sinclair/typebox';
import { closed } from './specs/schemas.ts';

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
