import { shellyGen2Model } from '../../drivers/shelly-gen2/model.ts';
import { attachedBy, entry, quantity, type SimulatedPart, whole, yesOrNo } from '../state.ts';
import type { CoverPart } from './cover.ts';
import type { ShellyBehaviour } from './model.ts';
import type { ShellyOptions } from './options.ts';
import type { InputPart, LightPart, SwitchPart } from './parts.ts';

function switchEntries(its: SwitchPart) {
  return {
    [`switch-${its.id}`]: entry(
      yesOrNo('On'),
      () => its.on,
      (on) => void its.switch(on, 'button'),
    ),
    [`switch-${its.id}-energy`]: entry(quantity('Energy', 'Wh', 0, 1e12), () => its.energy),
    [`switch-${its.id}-load`]: entry(
      quantity('What it feeds', 'W', 0, 3680),
      () => its.watts,
      (watts) => its.setLoad(watts),
    ),
    [`switch-${its.id}-temperature`]: entry(
      quantity('Temperature inside', '°C', -40, 125),
      () => its.celsius,
      (celsius) => its.setTemperature(celsius),
    ),
    [`switch-${its.id}-stuck`]: entry(
      yesOrNo('Its contact does not move'),
      () => its.stuck,
      (stuck) => (its.stuck = stuck),
    ),
  };
}

function lightEntries(its: LightPart) {
  return {
    [`light-${its.id}`]: entry(
      yesOrNo('On'),
      () => its.on,
      (on) => void its.set(on, undefined),
    ),
    [`light-${its.id}-brightness`]: entry(
      whole('Brightness', '%', 0, 100),
      () => its.brightness,
      (brightness) => void its.set(undefined, brightness),
    ),
  };
}

/** A hand at the motor's buttons: it takes its time. */
const coverEntry = (its: CoverPart) =>
  entry(
    whole('Position, open is 100', '%', 0, 100),
    () => its.position,
    (percent) => void its.go(percent),
  );

const inputEntry = (its: InputPart) =>
  entry(
    yesOrNo('Closed'),
    () => its.state,
    (closed) => its.become(closed),
  );

/** What can be seen of the device, and done to it by hand. */
export function shellyPart(shelly: ShellyBehaviour, { topic }: ShellyOptions): SimulatedPart {
  const { switches, lights, covers, inputs } = shelly;
  const state = {
    ...Object.assign({}, ...switches.map(switchEntries), ...lights.map(lightEntries)),
    ...Object.fromEntries(covers.map((its) => [`cover-${its.id}`, coverEntry(its)])),
    ...Object.fromEntries(inputs.map((its) => [`input-${its.id}`, inputEntry(its)])),
    online: entry(
      yesOrNo('On its network'),
      () => shelly.online,
      (online) => (online ? shelly.comeOnline() : shelly.goOffline()),
    ),
  };
  const buttons = Object.fromEntries(inputs.map(({ id }) => [`input-${id}`, () => shelly.press(id)]));
  return { name: 'main', is: attachedBy(shellyGen2Model.name, { topic }), state, buttons };
}
