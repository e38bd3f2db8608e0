import { defineModel } from '../../src/driver/index.ts';
import { accessoryCommands } from './specs/accessories.ts';
import { events } from './specs/events.ts';
import { jobCommands } from './specs/job.ts';
import { motionCommands } from './specs/motion.ts';
import { properties } from './specs/properties.ts';
import { realtimeCommands } from './specs/realtime.ts';
import { settingCommands } from './specs/settings.ts';

export { optionsSchema } from './options.ts';

export const model = defineModel({
  name: 'grbl',
  summary: 'CNC machine with a GRBL 1.1 controller',
  commands: { ...motionCommands, ...realtimeCommands, ...accessoryCommands, ...settingCommands, ...jobCommands },
  properties,
  events,
  stop: {
    summary: 'Feed hold and reset: motion stops at once, what is queued is dropped, spindle and coolant go off',
    confirmation: 'acknowledged',
    timeoutMs: 4000,
  },
});
