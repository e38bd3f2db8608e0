import { model, optionsSchema } from '../../drivers/scpi-supply/model.ts';
import type { Clock } from '../../src/clock.ts';
import { type AnyDriver, BellcrankError, defineDriver } from '../../src/driver/index.ts';
import { FaceOne } from './face.ts';
import type { SupplyBehaviour } from './model.ts';

/** Face 1: the Driver contract straight on the behaviour, with the same model and options and no wire between. */
export function simulatedDriver(supply: SupplyBehaviour, clock: Clock): AnyDriver {
  return defineDriver({
    model,
    transports: ['none'],
    options: optionsSchema,
    async attach(_connection, options, context) {
      const face = new FaceOne(supply, clock, options.replyTimeoutMs ?? 500, (entry) =>
        context.emit('device-error', { ...entry }),
      );
      if (options.identity !== undefined && !supply.identity.startsWith(options.identity)) {
        const message = `the device says that it is "${supply.identity}", not "${options.identity}"`;
        throw new BellcrankError('identity-mismatch', message);
      }
      context.signal.addEventListener('abort', () => face.close(), { once: true });
      await face.begin(context.signal);
      return {
        commands: {
          'set-voltage': ({ volts }, call) => face.set(call, () => supply.setVoltage(volts), {}),
          'set-current': ({ amps }, call) => face.set(call, () => supply.setCurrent(amps), {}),
          output: ({ on }, call) => face.set(call, () => supply.setOutput(on), {}),
        },
        read: {
          'measured-voltage': (call) => face.read(call, () => supply.measuredVoltage),
          'measured-current': (call) => face.read(call, () => supply.measuredCurrent),
          'measured-power': (call) => face.read(call, () => supply.measuredPower),
          'voltage-setpoint': (call) => face.read(call, () => supply.voltageSetpoint),
          'current-setpoint': (call) => face.read(call, () => supply.currentSetpoint),
          'output-enabled': (call) => face.read(call, () => supply.isOn),
        },
        write: {
          'voltage-setpoint': (volts, call) => face.set(call, () => supply.setVoltage(volts), undefined),
          'current-setpoint': (amps, call) => face.set(call, () => supply.setCurrent(amps), undefined),
        },
        stop: (call) => face.stop(call),
        resync: (call) => face.begin(call.signal),
        detach: async () => face.close(),
      };
    },
  });
}
