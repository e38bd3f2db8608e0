import { Type } from '@sinclair/typebox';
import { alarmSchema, closed, jobProgress } from './schemas.ts';

export const events = {
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
} as const;
