import { mqttRpcModel } from '../../drivers/mqtt-rpc/model.ts';
import { attachedBy, entry, quantity, type SimulatedPart, whole, yesOrNo } from '../state.ts';
import type { LampBehaviour } from './model.ts';
import type { LampOptions } from './options.ts';

/** What can be seen of the lamp, and done to it by hand; whoever wants to know of it has to ask. */
export function lampPart(lamp: LampBehaviour, { device }: LampOptions): SimulatedPart {
  return {
    name: 'main',
    is: attachedBy(mqttRpcModel.name, { device }),
    state: {
      on: entry(
        yesOrNo('On'),
        () => lamp.on,
        (on) => (lamp.on = on),
      ),
      level: entry(
        quantity('Brightness', '%', 0, 100),
        () => lamp.level,
        (level) => (lamp.level = level),
      ),
      blinked: entry(whole('How often it blinked', '', 0, 1e9), () => lamp.blinked),
      online: entry(
        yesOrNo('On its network'),
        () => lamp.online,
        (online) => (online ? lamp.comeOnline() : lamp.goOffline()),
      ),
    },
    buttons: { switch: () => (lamp.on = !lamp.on) },
  };
}
