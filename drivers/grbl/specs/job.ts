import { Type } from '@sinclair/typebox';
import { closed } from './schemas.ts';

export const jobCommands = {
  'run-job': {
    summary: 'Run G-code: it is streamed to the controller, and ends when the last motion has',
    effect: 'actuate',
    confirmation: 'confirmed',
    long: true,
    timeoutMs: 30_000,
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
} as const;
