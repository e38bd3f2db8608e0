import { attachCall, defineDriver, LineExchange } from '../../src/driver/index.ts';
import { formatNumber, parseBoolean, parseNumber } from './codec.ts';
import { Dialogue, quietMs } from './dialogue.ts';
import { model, optionsSchema } from './model.ts';

export const scpiSupply = defineDriver({
  model,
  transports: ['serial', 'tcp'],
  options: optionsSchema,
  timing: { quietMs },
  async attach(connection, options, context) {
    const { replyTimeoutMs = 500 } = options;
    const line = new LineExchange(connection, {
      clock: context.clock,
      outTerminator: '\n',
      inTerminator: '\n',
      maxLineBytes: 1024,
      replyTimeoutMs,
      quietMs,
      unmatched: (what) => context.unmatched(what),
    });
    const supply = new Dialogue(line, {
      identity: options.identity,
      drainLimit: options.drainLimit ?? 32,
      onIdentity: (identity) => context.identify(identity),
      onError: (entry) => context.emit('device-error', { ...entry }),
    });
    try {
      await supply.begin(attachCall(connection, context.signal));
    } catch (error) {
      line.close();
      throw error;
    }
    return {
      commands: {
        'set-voltage': ({ volts }, call) => supply.set(call, `VOLT ${formatNumber(volts)}`, {}),
        'set-current': ({ amps }, call) => supply.set(call, `CURR ${formatNumber(amps)}`, {}),
        output: ({ on }, call) => supply.set(call, on ? 'OUTP ON' : 'OUTP OFF', {}),
      },
      read: {
        'measured-voltage': (call) => supply.read(call, 'MEAS:VOLT?', parseNumber),
        'measured-current': (call) => supply.read(call, 'MEAS:CURR?', parseNumber),
        'measured-power': (call) => supply.read(call, 'MEAS:POW?', parseNumber),
        'voltage-setpoint': (call) => supply.read(call, 'VOLT?', parseNumber),
        'current-setpoint': (call) => supply.read(call, 'CURR?', parseNumber),
        'output-enabled': (call) => supply.read(call, 'OUTP?', parseBoolean),
      },
      // It may have to be found back into step first.
      readWithinMs: () => 2 * replyTimeoutMs + quietMs,
      write: {
        'voltage-setpoint': (volts, call) => supply.set(call, `VOLT ${formatNumber(volts)}`, undefined),
        'current-setpoint': (amps, call) => supply.set(call, `CURR ${formatNumber(amps)}`, undefined),
      },
      stop: (call) => supply.stop(call),
      resync: (call) => supply.resync(call),
      detach: async () => line.close(),
    };
  },
});
