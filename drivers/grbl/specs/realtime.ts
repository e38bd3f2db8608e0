import { Type } from '@sinclair/typebox';
import { closed, nothing, stepSchema } from './schemas.ts';

const atOnce = { effect: 'actuate', urgent: true, timeoutMs: 3000 } as const;
const stepped = Type.Object({ step: stepSchema }, closed);

/** Single bytes that the controller obeys at once, whatever it is doing. */
export const realtimeCommands = {
  'jog-cancel': {
    summary: 'End a jog that is under way',
    ...atOnce,
    confirmation: 'confirmed',
    params: nothing,
    result: nothing,
  },
  hold: {
    summary: 'Feed hold: slow down to a stop, and keep what is queued',
    ...atOnce,
    confirmation: 'confirmed',
    params: nothing,
    result: nothing,
  },
  resume: {
    summary: 'Go on after a feed hold, a closed door or a program pause',
    ...atOnce,
    confirmation: 'confirmed',
    params: nothing,
    result: nothing,
  },
  'soft-reset': {
    summary: 'Reset the controller: motion stops at once, what is queued is dropped, the position is in doubt',
    ...atOnce,
    confirmation: 'acknowledged',
    params: nothing,
    result: nothing,
  },
  'feed-override': {
    summary: 'Change the feed override',
    ...atOnce,
    confirmation: 'sent',
    params: stepped,
    result: nothing,
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
    result: nothing,
    examples: [{ params: { percent: 50 }, result: {} }],
  },
  'spindle-override': {
    summary: 'Change the spindle speed override',
    ...atOnce,
    confirmation: 'sent',
    params: stepped,
    result: nothing,
    examples: [{ params: { step: 'reset' }, result: {} }],
  },
} as const;
