import { esphomeDriver } from '../../../drivers/esphome/driver.ts';
import { type EsphomeBehaviour, type EsphomeSimulator, esphomeSimulator } from '../../../simulators/esphome/index.ts';
import type { Dialect } from './dialect.ts';

function dialect(
  name: string,
  set: Dialect['set'],
  topic: string,
  value: (behaviour: EsphomeBehaviour) => unknown,
): Dialect {
  return {
    name,
    driver: esphomeDriver,
    kind: esphomeSimulator,
    device: (prefix) => ({ simulator: { prefix }, driver: { prefix, replyTimeoutMs: 300 } }),
    set,
    says: (prefix) => `${prefix}/${topic}/state`,
    steer(simulator) {
      // `create` of this kind returns an EsphomeSimulator; the suite knows it as a Simulator.
      const { behaviour } = simulator as EsphomeSimulator;
      return {
        value: () => value(behaviour),
        leave: () => behaviour.goOffline(),
        // It starts again: also a device that was thought to be there.
        come() {
          behaviour.goOffline();
          behaviour.comeOnline();
        },
      };
    },
  };
}

/** A component that publishes after every command. */
export const esphomeNumber = dialect(
  'esphome, a number',
  { command: 'write:setpoint', values: [22.5, 19], invalid: 31, confirmation: 'confirmed' },
  'number/setpoint',
  ({ setpoint }) => setpoint,
);

/** One that publishes only what is another state than before. */
export const esphomeSwitch = dialect(
  'esphome, a switch',
  { command: 'write:relay', values: [true, false], invalid: 1, confirmation: 'confirmed', again: 'unknown' },
  'switch/relay',
  ({ relay }) => relay,
);
