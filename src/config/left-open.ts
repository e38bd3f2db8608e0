import type { AnyDriver } from '../driver/contract.ts';
import type { CommandSpec, Model, PropertySpec } from '../driver/spec.ts';
import { labelMatches } from '../expression/label.ts';
import { isRecord } from '../yaml/schema-walk.ts';
import { driverNamed } from './catalogue.ts';
import type { Config, DeviceConfig } from './config.ts';

/**
 * Ways round what the file limits, denies or forbids: a command is named, and a writable property that sets the same is not.
 * It may be meant, so it is no error.
 */
export function leftOpen({ devices, interlocks }: Config, drivers: readonly AnyDriver[]): string[] {
  return Object.entries(devices).flatMap(([id, device]) => {
    const model = driverNamed(drivers, device.driver)?.model;
    if (model === undefined) return [];
    const { deny } = device;
    const limited = Object.keys(device.limits);
    const rules = interlocks.filter((rule) => isAbout(rule, id, device) && !rule.forbid.includes('*'));
    return [
      ...openIn(model, limited, deny).map((way) => `devices.${id}.limits: ${way}`),
      ...openIn(model, deny, limited).map((way) => `devices.${id}.deny: ${way}`),
      ...rules.flatMap(({ name, forbid }) =>
        openIn(model, forbid, deny).map((way) => `interlock ${name} on ${id}: ${way}`),
      ),
    ];
  });
}

function isAbout({ device, label }: Config['interlocks'][number], id: string, { labels }: DeviceConfig): boolean {
  return device === undefined ? label !== undefined && labelMatches(label, labels) : device === id;
}

/** `closed` beside what is named is closed as well. */
function openIn(model: Model, named: readonly string[], closed: readonly string[]): string[] {
  return named.flatMap((name) => {
    const command = Object.hasOwn(model.commands, name) ? model.commands[name] : undefined;
    if (command === undefined) return [];
    const ways = Object.entries(model.properties)
      .filter(([property, spec]) => spec.access !== 'read' && setsTheSame(command, property, spec))
      .map(([property]) => `write:${property}`)
      .filter((way) => !named.includes(way) && !closed.includes(way));
    return ways.map((way) => `names ${name} and leaves ${way} open, which looks like another way to the same`);
  });
}

/** By what the command is verified with, or by a unit with the same bounds. */
function setsTheSame({ verify, params }: CommandSpec, property: string, spec: PropertySpec): boolean {
  if (verify !== undefined) return verify.property === property;
  const own = spec.access === 'read' ? undefined : (spec.write.schema ?? spec.schema);
  const members: unknown = params['properties'];
  if (own === undefined || own['unit'] === undefined || !isRecord(members)) return false;
  return Object.values(members).some(
    (member) => isRecord(member) && ['unit', 'minimum', 'maximum'].every((key) => member[key] === own[key]),
  );
}
