import type { EsphomeBehaviour, Lamp } from './model.ts';

/** `parse_on_off`: in any case, and `toggle`. */
function switched(payload: string, now: boolean, on = 'on', off = 'off'): boolean | undefined {
  const word = payload.toLowerCase();
  if (word === 'toggle') return !now;
  return word === on ? true : word === off ? false : undefined;
}

function numberIn(payload: string, minimum: number, maximum: number): number | undefined {
  const value = Number(payload);
  return payload.trim() !== '' && value >= minimum && value <= maximum ? value : undefined;
}

function setLamp(lamp: Lamp, asked: Readonly<Record<string, unknown>>): void {
  const { state, brightness, color, color_temp: temperature, effect } = asked;
  const on = typeof state === 'string' ? switched(state, lamp.on) : undefined;
  if (on !== undefined) lamp.on = on;
  if (typeof brightness === 'number') lamp.brightness = brightness;
  if (typeof color === 'object' && color !== null) Object.assign(lamp.color, color);
  if (typeof temperature === 'number') lamp.temperature = temperature;
  if (typeof effect === 'string') lamp.effect = effect;
}

function light(device: EsphomeBehaviour, payload: string): void {
  try {
    const asked: unknown = JSON.parse(payload);
    if (typeof asked !== 'object' || asked === null) return;
    device.change('light', () => setLamp(device.lamp, { ...asked }));
  } catch {
    // The firmware logs what it cannot parse.
  }
}

function moves(device: EsphomeBehaviour, sub: string, payload: string): void {
  const percent = numberIn(payload, 0, 100);
  if (sub === 'tilt' && percent !== undefined) device.change('cover', () => (device.tilt = percent));
  if (sub === 'position' && percent !== undefined) device.moveCover(percent);
  if (sub !== '') return;
  const word = payload.toUpperCase();
  if (word === 'OPEN') device.moveCover(100);
  if (word === 'CLOSE') device.moveCover(0);
  if (word === 'STOP') device.stopCover();
}

function fan(device: EsphomeBehaviour, sub: string, payload: string): void {
  const own = device.fan;
  const on = switched(payload, own.on);
  const speed = numberIn(payload, 0, 3);
  const oscillating = switched(payload, own.oscillating, 'oscillate_on', 'oscillate_off');
  const forward = switched(payload, own.forward, 'forward', 'reverse');
  if (sub === '' && on !== undefined) device.change('fan', () => (own.on = on));
  if (sub === 'speed_level' && speed !== undefined) device.change('fan', () => (own.speed = speed));
  if (sub === 'oscillation' && oscillating !== undefined) device.change('fan', () => (own.oscillating = oscillating));
  if (sub === 'direction' && forward !== undefined) device.change('fan', () => (own.forward = forward));
}

function climate(device: EsphomeBehaviour, sub: string, payload: string): void {
  const target = numberIn(payload, 5, 30);
  if (sub === 'target_temperature' && target !== undefined) {
    device.change('climate', () => (device.climate.target = target));
  }
  if (sub === 'mode' && ['off', 'heat', 'cool'].includes(payload)) {
    device.change('climate', () => (device.climate.mode = payload));
  }
}

/** What the device does with a message on `<component>/<object id>[/<sub>]/command` (ESPHome's `mqtt_*.cpp`). */
export function obey(device: EsphomeBehaviour, type: string, sub: string, payload: string): void {
  const on = switched(payload, device.relay);
  const setpoint = numberIn(payload, 5, 30);
  const word = payload.toUpperCase();
  if (type === 'switch' && on !== undefined) device.switchRelay(on);
  if (type === 'light') light(device, payload);
  if (type === 'number' && setpoint !== undefined) device.change(type, () => (device.setpoint = setpoint));
  if (type === 'select' && ['eco', 'comfort'].includes(payload)) device.change(type, () => (device.mode = payload));
  if (type === 'text') device.change(type, () => (device.label = payload));
  if (type === 'button' && word === 'PRESS') device.presses++;
  if (type === 'lock' && (word === 'LOCK' || word === 'UNLOCK')) device.turnLock(word === 'LOCK');
  if (type === 'valve' && (word === 'OPEN' || word === 'CLOSE'))
    device.change(type, () => (device.valveOpen = word === 'OPEN'));
  if (type === 'valve' && word === 'STOP') device.tell(type);
  if (type === 'cover') moves(device, sub, payload);
  if (type === 'fan') fan(device, sub, payload);
  if (type === 'climate') climate(device, sub, payload);
}
