import type { AnyDriver } from '../driver/contract.ts';
import type { CommandSpec, Model, PropertySpec } from '../driver/spec.ts';
import { Expression, parseExpression } from '../expression/expression.ts';
import { labelMatches } from '../expression/label.ts';
import { isRecord } from '../yaml/schema-walk.ts';
import { driverNamed } from './catalogue.ts';
import type { Config, DeviceConfig } from './config.ts';

/**
 * Ways round what the file limits, denies or forbids: a command is named, and a writable property that sets the same is not, or
 * a real device is guarded by the values of a simulated one. It may be meant, so it is no error.
 */
export function leftOpen(config: Config, drivers: readonly AnyDriver[]): string[] {
  const { devices, interlocks } = config;
  return Object.entries(devices).flatMap(([id, device]) => {
    const invented = interlocks
      .filter((rule) => isAbout(rule, id, device) && !isSimulated(config, device))
      .flatMap((rule) => simulatedIn(rule, config).map((other) => `interlock ${rule.name} on ${id}: ${other}`));
    const model = driverNamed(drivers, device.driver)?.model;
    if (model === undefined) return invented;
    const { deny } = device;
    const limited = Object.keys(device.limits);
    const rules = interlocks.filter((rule) => isAbout(rule, id, device) && !rule.forbid.includes('*'));
    return [
      ...invented,
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

function isSimulated({ connections }: Config, { connection }: DeviceConfig): boolean {
  return connection !== undefined && connections[connection]?.simulated === true;
}

/** What a condition is about that nobody measures. */
function simulatedIn({ unless }: Config['interlocks'][number], config: Config): string[] {
  const expression = parseExpression(unless);
  const reads = expression instanceof Expression ? expression.reads : [];
  const ids = new Set(reads.flatMap(({ device = '' }) => device));
  return [...ids].flatMap((id) => {
    const device = Object.hasOwn(config.devices, id) ? config.devices[id] : undefined;
    if (device === undefined || !isSimulated(config, device)) return [];
    return `is judged by ${id}, which is simulated, and what it guards is real`;
  });
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
