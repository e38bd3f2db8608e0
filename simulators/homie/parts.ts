import { defaultDomain, homieModel } from '../../drivers/homie/model.ts';
import { attachedBy, entry, oneOf, type SimulatedPart, type StateEntry } from '../state.ts';
import { type HomieDevice, homieStates, type HomieThermostat } from './model.ts';
import type { PropertyDefinition } from './nodes.ts';

function schemaOf({ name: title, datatype, format = '', unit }: PropertyDefinition) {
  if (datatype === 'boolean') return { type: 'boolean', title };
  if (datatype === 'enum') return { type: 'string', title, enum: format.split(',') };
  if (datatype !== 'float' && datatype !== 'integer') return { type: 'string', title, maxLength: 200 };
  const [minimum = '', maximum = ''] = format.split(':');
  return {
    type: datatype === 'integer' ? 'integer' : 'number',
    title,
    ...(unit !== undefined && { unit }),
    ...(minimum !== '' && { minimum: Number(minimum) }),
    ...(maximum !== '' && { maximum: Number(maximum) }),
  };
}

/** A payload as a value of its schema. Homie 5 writes an empty text as a zero byte. */
function valueOf({ datatype }: PropertyDefinition, payload: string): unknown {
  if (datatype === 'boolean') return payload === 'true';
  if (datatype === 'float' || datatype === 'integer') return Number(payload);
  return payload === '\0' ? '' : payload;
}

function propertyEntry(device: HomieDevice, path: string, property: PropertyDefinition): StateEntry {
  return {
    schema: schemaOf(property),
    get: () => valueOf(property, device.values.get(path) ?? ''),
    set: (value: unknown) => device.become(path, value === '' ? '\0' : String(value)),
  };
}

function devicePart(name: string, device: HomieDevice, domain: string): SimulatedPart {
  const own = Object.entries(device.nodes).flatMap(([node, { properties }]) =>
    Object.entries(properties).flatMap(([id, property]) => {
      const isKept = property.retained !== false && property.datatype !== 'color';
      return isKept ? [[`${node}-${id}`, propertyEntry(device, `${node}/${id}`, property)] as const] : [];
    }),
  );
  return {
    name,
    is: attachedBy(homieModel.name, { device: device.id, domain }, { domain: defaultDomain }),
    state: {
      ...Object.fromEntries(own),
      state: entry(
        oneOf('How it is, by its own word', homieStates),
        () => device.state,
        (state) => device.turn(state),
      ),
    },
  };
}

/** What can be seen of the thermostat and of what hangs below it, and done to them by hand. */
export function homieParts(thermostat: HomieThermostat, domain: string): readonly SimulatedPart[] {
  const { device, child } = thermostat;
  const buttons = { 'short-press': () => thermostat.press('short'), 'long-press': () => thermostat.press('long') };
  const own = devicePart(child === undefined ? 'main' : device.id, device, domain);
  return [{ ...own, buttons }, ...(child === undefined ? [] : [devicePart(child.id, child, domain)])];
}
