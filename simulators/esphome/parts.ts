import { esphomeModel } from '../../drivers/esphome/model.ts';
import { homeAssistantModel } from '../../drivers/home-assistant/model.ts';
import {
  attachedBy,
  entry,
  oneOf,
  quantity,
  type SimulatedPart,
  type StateEntry,
  text,
  whole,
  yesOrNo,
} from '../state.ts';
import { catalogue } from './catalogue.ts';
import type { EsphomeBehaviour } from './model.ts';
import type { EsphomeSettings } from './options.ts';

type Entries = Readonly<Record<string, StateEntry>>;

/** What each kind of component has, by the names of the driver's properties. */
function entriesOf(device: EsphomeBehaviour): Readonly<Record<string, Entries>> {
  const { lamp, fan, climate } = device;
  /** A hand, or the weather: the component publishes what it is now. */
  const setting =
    <V>(type: string, change: (value: V) => void) =>
    (value: V): void =>
      device.change(type, () => change(value));
  const degrees = (title: string) => quantity(title, '°C', 5, 30);
  return {
    switch: {
      relay: entry(
        yesOrNo('On'),
        () => device.relay,
        (on) => device.switchRelay(on),
      ),
    },
    light: {
      lamp: entry(
        yesOrNo('On'),
        () => lamp.on,
        setting('light', (on) => (lamp.on = on)),
      ),
      'lamp-brightness': entry(
        whole('Brightness', '', 0, 255),
        () => lamp.brightness,
        setting('light', (to) => (lamp.brightness = to)),
      ),
      'lamp-color-temperature': entry(
        whole('Color temperature', 'mired', 153, 500),
        () => lamp.temperature,
        setting('light', (to) => (lamp.temperature = to)),
      ),
    },
    binary_sensor: {
      door: entry(
        yesOrNo('Open'),
        () => device.door,
        setting('binary_sensor', (open) => (device.door = open)),
      ),
    },
    sensor: {
      temperature: entry(
        quantity('Temperature', '°C', -55, 125),
        () => device.temperature,
        setting('sensor', (to) => (device.temperature = to)),
      ),
    },
    number: {
      setpoint: entry(
        degrees('Setpoint'),
        () => device.setpoint,
        setting('number', (to) => (device.setpoint = to)),
      ),
    },
    select: {
      mode: entry(
        oneOf('Mode', ['eco', 'comfort']),
        () => device.mode,
        setting('select', (to) => (device.mode = to)),
      ),
    },
    text: {
      label: entry(
        text('Label'),
        () => device.label,
        setting('text', (to) => (device.label = to)),
      ),
    },
    cover: {
      'blind-position': entry(
        whole('Position, open is 100', '%', 0, 100),
        () => device.position,
        (percent) => device.moveCover(percent),
      ),
      'blind-tilt': entry(
        whole('Tilt', '%', 0, 100),
        () => device.tilt,
        setting('cover', (to) => (device.tilt = to)),
      ),
    },
    fan: {
      ceiling: entry(
        yesOrNo('On'),
        () => fan.on,
        setting('fan', (on) => (fan.on = on)),
      ),
      'ceiling-speed': entry(
        whole('Speed', '', 0, 3),
        () => fan.speed,
        setting('fan', (to) => (fan.speed = to)),
      ),
    },
    climate: {
      'hvac-mode': entry(
        oneOf('Mode', ['off', 'heat', 'cool']),
        () => climate.mode,
        setting('climate', (to) => (climate.mode = to)),
      ),
      'hvac-current-temperature': entry(
        quantity('Temperature in the room', '°C', -20, 60),
        () => climate.current,
        setting('climate', (to) => (climate.current = to)),
      ),
      'hvac-target-temperature': entry(
        degrees('Temperature that it wants'),
        () => climate.target,
        setting('climate', (to) => (climate.target = to)),
      ),
    },
    lock: {
      front: entry(
        yesOrNo('Locked'),
        () => device.locked,
        (locked) => device.turnLock(locked),
      ),
    },
    valve: {
      water: entry(
        yesOrNo('Open'),
        () => device.valveOpen,
        setting('valve', (open) => (device.valveOpen = open)),
      ),
    },
    button: { 'restart-presses': entry(whole('How often restart was pressed', '', 0, 1e9), () => device.presses) },
  };
}

/** What can be seen of the device, and done to it by hand. */
export function esphomePart(device: EsphomeBehaviour, { prefix, mac, components }: EsphomeSettings): SimulatedPart {
  const all = entriesOf(device);
  const has = catalogue.filter(({ type }) => components.includes(type));
  const own = attachedBy(esphomeModel.name, { prefix });
  const announced = attachedBy(homeAssistantModel.name, { device: mac });
  const online = entry(
    yesOrNo('On its network'),
    () => device.online,
    (is) => (is ? device.comeOnline() : device.goOffline()),
  );
  return {
    name: 'main',
    is: (driver, options) => own(driver, options) || announced(driver, options),
    state: { ...Object.assign({}, ...has.map(({ type }) => all[type])), online },
  };
}
