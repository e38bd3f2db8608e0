import { entry, quantity, yesOrNo } from '../state.ts';
import type { OvenBehaviour } from './oven-behaviour.ts';
import type { UnitFront } from './part.ts';

/** What the oven’s registers do not hold, or hold only to be read: its chamber, its door and the room. */
export function ovenFront(oven: OvenBehaviour): UnitFront {
  return {
    follow: ['power', 'at-setpoint', 'alarm', 'operating-hours'],
    state: {
      temperature: entry(
        quantity('Temperature of the chamber', '°C', -50, 500),
        () => oven.temperature,
        (celsius) => oven.setTemperature(celsius),
      ),
      'room-temperature': entry(
        quantity('Temperature of the room', '°C', -50, 60),
        () => oven.roomTemperature,
        (celsius) => oven.setRoomTemperature(celsius),
      ),
      'door-open': entry(
        yesOrNo('Door open'),
        () => oven.isDoorOpen,
        (isOpen) => oven.openDoor(isOpen),
      ),
      'sensor-broken': entry(
        yesOrNo('Temperature sensor broken'),
        () => oven.isSensorBroken,
        (isBroken) => oven.breakSensor(isBroken),
      ),
    },
    buttons: {
      door: () => oven.openDoor(!oven.isDoorOpen),
      'reset-alarm': () => oven.pressReset(),
    },
  };
}
