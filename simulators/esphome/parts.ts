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

/** A hand, or the weather: the component publishes what it is now. */
const setting =
  <V>(device: EsphomeBehaviour, type: string, change: (value: V) => void) =>
  (value: V): void =>
    device.change(type, () => change(value));

const degrees = (title: string) => quantity(title, '°C', 5, 30);

/** What each kind of component has, by the names of the driver's properties. */
const entriesOf: Readonly<Record<string, (device: EsphomeBehaviour) => Entries>> = {
  switch: (device) => ({
    relay: entry(
      yesOrNo('On'),
      () => device.relay,
      (on) => device.switchRelay(on),
    ),
  }),
  light: (device) => ({
    lamp: entry(
      yesOrNo('On'),
      () => device.lamp.on,
      setting(device, 'light', (on) => (device.lamp.on = on)),
    ),
    'lamp-brightness': entry(
      whole('Brightness', '', 0, 255),
      () => device.lamp.brightness,
      setting(device, 'light', (to) => (device.lamp.brightness = to)),
    ),
    'lamp-color-temperature': entry(
      whole('Color temperature', 'mired', 153, 500),
      () => device.lamp.temperature,
      setting(device, 'light', (to) => (device.lamp.temperature = to)),
    ),
  }),
  binary_sensor: (device) => ({
    door: entry(
      yesOrNo('Open'),
      () => device.door,
      setting(device, 'binary_sensor', (open) => (device.door = open)),
    ),
  }),
  sensor: (device) => ({
    temperature: entry(
      quantity('Temperature', '°C', -55, 125),
      () => device.temperature,
      setting(device, 'sensor', (to) => (device.temperature = to)),
    ),
  }),
  number: (device) => ({
    setpoint: entry(
      degrees('Setpoint'),
      () => device.setpoint,
      setting(device, 'number', (to) => (device.setpoint = to)),
    ),
  }),
  select: (device) => ({
    mode: entry(
      oneOf('Mode', ['eco', 'comfort']),
      () => device.mode,
      setting(device, 'select', (to) => (device.mode = to)),
    ),
  }),
  text: (device) => ({
    label: entry(
      text('Label'),
      () => device.label,
      setting(device, 'text', (to) => (device.label = to)),
    ),
  }),
  cover: (device) => ({
    'blind-position': entry(
      whole('Position, open is 100', '%', 0, 100),
      () => device.position,
      (percent) => device.moveCover(percent),
    ),
    'blind-tilt': entry(
      whole('Tilt', '%', 0, 100),
      () => device.tilt,
      setting(device, 'cover', (to) => (device.tilt = to)),
    ),
  }),
  fan: (device) => ({
    ceiling: entry(
      yesOrNo('On'),
      () => device.fan.on,
      setting(device, 'fan', (on) => (device.fan.on = on)),
    ),
    'ceiling-speed': entry(
      whole('Speed', '', 0, 3),
      () => device.fan.speed,
      setting(device, 'fan', (to) => (device.fan.speed = to)),
    ),
  }),
  climate: (device) => ({
    'hvac-mode': entry(
      oneOf('Mode', ['off', 'heat', 'cool']),
      () => device.climate.mode,
      setting(device, 'climate', (to) => (device.climate.mode = to)),
    ),
    'hvac-current-temperature': entry(
      quantity('Temperature in the room', '°C', -20, 60),
      () => device.climate.current,
      setting(device, 'climate', (to) => (device.climate.current = to)),
    ),
    'hvac-target-temperature': entry(
      degrees('Temperature that it wants'),
      () => device.climate.target,
      setting(device, 'climate', (to) => (device.climate.target = to)),
    ),
  }),
  lock: (device) => ({
    front: entry(
      yesOrNo('Locked'),
      () => device.locked,
      (locked) => device.turnLock(locked),
    ),
  }),
  valve: (device) => ({
    water: entry(
      yesOrNo('Open'),
      () => device.valveOpen,
      setting(device, 'valve', (open) => (device.valveOpen = open)),
    ),
  }),
  button: (device) => ({
    'restart-presses': entry(whole('How often restart was pressed', '', 0, 1e9), () => device.presses),
  }),
};

/** What can be seen of the device, and done to it by hand. */
export function esphomePart(device: EsphomeBehaviour, { prefix, mac, components }: EsphomeSettings): SimulatedPart {
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
    state: { ...Object.assign({}, ...has.map(({ type }) => entriesOf[type]?.(device))), online },
  };
}
