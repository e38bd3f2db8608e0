import { tasmotaModel } from '../../drivers/tasmota/model.ts';
import {
  attachedBy,
  entry,
  quantity,
  type SimulatedPart,
  type StateEntries,
  type StateEntry,
  whole,
  yesOrNo,
} from '../state.ts';
import type { TasmotaBehaviour } from './model.ts';
import type { TasmotaOptions } from './options.ts';
import type { Room } from './room.ts';
import { named } from './values.ts';

type Entries = Record<string, StateEntry>;

/** A hand at its button, which is pressed only if that changes something. */
function relays(device: TasmotaBehaviour): Entries {
  const { switchable } = device;
  const each = switchable.map((relay) => {
    const set = (on: boolean): void => {
      if (on !== device.isOn(relay)) device.pressButton(relay);
    };
    return [named('power', relay, switchable.length), entry(yesOrNo('On'), () => device.isOn(relay), set)] as const;
  });
  return Object.fromEntries(each);
}

function light(device: TasmotaBehaviour): Entries {
  const its = device.light;
  if (its.kind === 'none') return {};
  const part = (title: string, unit: string, minimum: number, maximum: number, key: LightKey) =>
    entry(
      whole(title, unit, minimum, maximum),
      () => its[key],
      (value) => device.setLight((changed) => (changed[key] = value)),
    );
  return {
    dimmer: part('Brightness', '%', 0, 100, 'dimmer'),
    ...(its.hasColor && {
      hue: part('Hue', '°', 0, 359, 'hue'),
      saturation: part('Saturation', '%', 0, 100, 'saturation'),
    }),
    ...(its.hasTemperature && { 'color-temperature': part('Color temperature', 'mired', 153, 500, 'temperature') }),
  };
}

type LightKey = 'dimmer' | 'hue' | 'saturation' | 'temperature';

function shutters({ shutters: all }: TasmotaBehaviour): Entries {
  const each = all.map((shutter, index) => {
    const schema = whole('Position, open is 100', '%', 0, 100);
    const its = entry(
      schema,
      () => shutter.position,
      (percent) => shutter.moveTo(percent),
    );
    return [named('shutter-position', index + 1, all.length), its] as const;
  });
  return Object.fromEntries(each);
}

function meter(device: TasmotaBehaviour): Entries {
  const load = quantity('What the appliance at the first relay draws while it is on', 'W', 0, 3680);
  return {
    load: entry(
      load,
      () => device.loadWatts,
      (watts) => device.setLoad(watts),
    ),
    'energy-total': entry(quantity('Energy', 'kWh', 0, 1e9), () => device.energyTotal),
  };
}

const senses: Readonly<Record<keyof Room, ReturnType<typeof quantity>>> = {
  'ds18b20-temperature': quantity('Temperature at the DS18B20', '°C', -55, 125),
  'am2301-temperature': quantity('Temperature at the AM2301', '°C', -40, 80),
  'am2301-humidity': quantity('Humidity at the AM2301', '%', 0, 100),
  'am2301-dew-point': quantity('Dew point at the AM2301', '°C', -100, 80),
  'bme280-temperature': quantity('Temperature at the BME280', '°C', -40, 85),
  'bme280-humidity': quantity('Humidity at the BME280', '%', 0, 100),
  'bme280-dew-point': quantity('Dew point at the BME280', '°C', -100, 85),
  'bme280-pressure': quantity('Pressure at the BME280', 'hPa', 300, 1100),
};

/** It is told with the next telemetry. */
function sensors({ room }: TasmotaBehaviour): Entries {
  // The keys of a literal object, which TypeScript widens to string.
  const names = Object.keys(senses) as (keyof Room)[];
  const each = names.map((name) => {
    const its = entry(
      senses[name],
      () => room[name],
      (value) => void (room[name] = value),
    );
    return [name, its] as const;
  });
  return Object.fromEntries(each);
}

/** What can be seen of the device, and done to it by hand. */
export function tasmotaPart(device: TasmotaBehaviour, options: TasmotaOptions): SimulatedPart {
  const state: StateEntries = {
    ...relays(device),
    ...light(device),
    ...shutters(device),
    ...(options.fan && {
      'fan-speed': entry(
        whole('Speed of the fan', '', 0, 3),
        () => device.fanSpeed,
        (speed) => (device.fanSpeed = speed),
      ),
    }),
    ...(options.meterPhases > 0 && meter(device)),
    ...(options.sensors && sensors(device)),
    online: entry(
      yesOrNo('On its network'),
      () => device.online,
      (online) => (online ? device.comeOnline() : device.goOffline()),
    ),
  };
  return {
    name: 'main',
    is: attachedBy(tasmotaModel.name, { topic: options.topic }),
    state,
    buttons: { button: () => device.pressButton(), 'power-cycle': () => device.powerCycle() },
  };
}
