import type { Component } from './component.ts';
import { numberIn, numeric, oneOf, type Part, type Parts, pushed, sameNumber, settable, textIn } from './part.ts';
import { readOnly, readWrite } from './simple.ts';

const temperatures = ['target_temperature', 'target_temperature_low', 'target_temperature_high'];
const modes = ['mode', 'fan_mode', 'swing_mode', 'preset'];

const title = (sub: string): string => sub.replaceAll('_', ' ');

function part(component: Component, name: string, sub: string): Part | undefined {
  const { id, unit = '°C', minimum, maximum, options } = component;
  const limits = { unit, ...(minimum !== undefined && { minimum }), ...(maximum !== undefined && { maximum }) };
  const as = `${name}-${sub.replaceAll('_', '-')}`;
  const summary = `${title(sub)} of ${id}`;
  if (temperatures.includes(sub)) {
    const spec = settable(summary, numeric(title(sub), limits));
    return readWrite(component, as, [sub], { spec, told: numberIn, payload: String, same: sameNumber });
  }
  if (modes.includes(sub)) {
    const spec = settable(summary, oneOf(title(sub), sub === 'mode' ? options : undefined));
    return readWrite(component, as, [sub], { spec, told: textIn, payload: String });
  }
  if (sub === 'current_temperature') {
    return readOnly(component, as, [sub], { spec: pushed(summary, numeric(title(sub), { unit })), told: numberIn });
  }
  if (sub === 'action') {
    return readOnly(component, as, [sub], { spec: pushed(summary, oneOf(title(sub), undefined)), told: textIn });
  }
  return undefined;
}

export function climateParts(component: Component, name: string): Parts {
  const properties = component.has.flatMap((sub) => part(component, name, sub) ?? []);
  return { properties, commands: [] };
}
