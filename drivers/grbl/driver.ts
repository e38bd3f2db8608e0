import { defineDriver } from '../../src/driver/index.ts';
import { feedOverride, rapidOverride, spindleOverride } from './codec/realtime.ts';
import { settingLine, spindleLine, zeroLine } from './codec/line.ts';
import { runJob } from './job-stream.ts';
import { lineCommand, readSettings } from './lines.ts';
import { Machine } from './machine.ts';
import { model, optionsSchema } from './model.ts';
import { home, jog, moveTo } from './motion.ts';
import { quietMs } from './step.ts';
import { byteCommand, hold, jogCancel, resume, softReset, stop } from './urgent.ts';

const coolantLines = { off: 'M9', flood: 'M8', mist: 'M7' } as const;

export const grbl = defineDriver({
  model,
  transports: ['serial', 'tcp'],
  options: optionsSchema,
  timing: { quietMs },
  async attach(connection, options, context) {
    const settings = {
      clock: context.clock,
      stallMs: options.replyTimeoutMs ?? 1500,
      statusMs: options.statusMs ?? 250,
      bootMs: options.bootMs ?? 3000,
      toleranceMm: options.toleranceMm ?? 0.05,
      holdLimitMs: options.holdLimitMs ?? 3_600_000,
    };
    const machine = new Machine(connection, settings, context);
    context.signal.addEventListener('abort', () => machine.link.close(), { once: true });
    try {
      await machine.begin({
        signal: context.signal,
        wire: { write: (bytes, options) => connection.write(bytes, context.signal, options) },
      });
    } catch (error) {
      machine.link.close();
      throw error;
    }
    return {
      commands: {
        'move-to': ({ rapid, feed, coordinates, ...target }, call) =>
          moveTo(
            machine,
            { ...target, feed: rapid === true ? undefined : feed, isMachine: coordinates === 'machine' },
            call,
          ),
        home: (_, call) => home(machine, call),
        jog: ({ feed, mode, ...target }, call) => jog(machine, target, feed, mode ?? 'relative', call),
        'jog-cancel': (_, call) => jogCancel(machine, call),
        hold: (_, call) => hold(machine, call),
        resume: (_, call) => resume(machine, call),
        'soft-reset': (_, call) => softReset(machine, call),
        'feed-override': ({ step }, call) => byteCommand(machine, feedOverride(step), call),
        'rapid-override': ({ percent }, call) => byteCommand(machine, rapidOverride(percent), call),
        'spindle-override': ({ step }, call) => byteCommand(machine, spindleOverride(step), call),
        'spindle-on': ({ rpm, direction }, call) =>
          lineCommand(machine, spindleLine(direction ?? 'clockwise', rpm), {}, call),
        'spindle-off': (_, call) => lineCommand(machine, 'M5', {}, call),
        coolant: ({ mode }, call) => lineCommand(machine, coolantLines[mode], {}, call),
        unlock: (_, call) => lineCommand(machine, '$X', {}, call),
        'set-work-zero': ({ axes }, call) => lineCommand(machine, zeroLine(axes), {}, call),
        'read-settings': (_, call) => readSettings(machine, call),
        async 'set-setting'({ number, value }, call) {
          await lineCommand(machine, settingLine(number, value), {}, call);
          machine.changed(number, value);
          return {};
        },
        'run-job': ({ gcode }, call) =>
          runJob(machine, gcode, call, (progress) => context.emit('job-progress', { ...progress })),
      },
      read: {
        state: (call) => machine.readOne(call, 'state'),
        'sub-state': (call) => machine.readOne(call, 'sub-state'),
        'machine-position': (call) => machine.readOne(call, 'machine-position'),
        'work-position': (call) => machine.readOne(call, 'work-position'),
        'feed-rate': (call) => machine.readOne(call, 'feed-rate'),
      },
      readMany: async (_, call) => ({ ...(await machine.read(call)) }),
      stop: (call) => stop(machine, call),
      resync: (call) => machine.resync(call),
      detach: async () => machine.link.close(),
    };
  },
});
