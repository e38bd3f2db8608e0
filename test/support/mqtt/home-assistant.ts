import { homeAssistant } from '../../../drivers/home-assistant/driver.ts';
import { type BoardSimulator, homeAssistantSimulator } from '../../../simulators/home-assistant/index.ts';
import type { Dialect } from './dialect.ts';

function dialect(
  discovery: 'component' | 'device',
  set: Dialect['set'],
  value: (board: BoardSimulator['behaviour']) => unknown,
): Dialect {
  return {
    name: `home-assistant (a description of each ${discovery}, ${set.command})`,
    driver: homeAssistant,
    kind: homeAssistantSimulator,
    device: (device) => ({ simulator: { device, discovery }, driver: { device, replyTimeoutMs: 300 } }),
    set,
    says: (device) => `boards/${device}/+`,
    steer(simulator) {
      // `create` of this kind returns a BoardSimulator; the suite knows it as a Simulator.
      const { behaviour } = simulator as BoardSimulator;
      return {
        value: () => value(behaviour),
        leave: () => behaviour.goOffline(),
        come() {
          // One that is there already starts anew.
          behaviour.goOffline();
          behaviour.comeOnline();
        },
      };
    },
  };
}

const relay: Dialect['set'] = { command: 'write:relay', values: [true, false], invalid: 1, confirmation: 'confirmed' };
const setpoint: Dialect['set'] = {
  command: 'write:setpoint',
  values: [21.5, 7],
  invalid: 31,
  confirmation: 'confirmed',
};

export const homeAssistantDialects: readonly Dialect[] = [
  dialect('component', relay, ({ state }) => state.relay),
  dialect('device', setpoint, ({ state }) => state.setpoint),
];
