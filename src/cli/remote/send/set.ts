import type { Command } from 'commander';
import type { DeviceDetailView, PropertySpec } from '../../../client/index.ts';
import { suggestion } from '../../../yaml/suggest.ts';
import { exitCodes, type ExitCode, type Surroundings } from '../../context.ts';
import { named } from '../arguments.ts';
import { CliFailure } from '../failure.ts';
import type { Service } from '../service.ts';
import { remoteCommand, withService } from '../sub-command.ts';
import { withoutNames } from './command.ts';
import { deliver } from './deliver.ts';
import { propertyHelp, takesObject } from './help.ts';
import { type SendFlags, sendOptions } from './options.ts';
import { paramsGiven } from './params-given.ts';
import type { Taker } from './taker.ts';

interface SetFlags extends SendFlags {
  readonly jsonValue?: string;
}

const help = `
The value is read by the property's type; of an object, name=value each; of a list, an item each. With the unit or a prefix
of it where that can mean only one thing (5000mV). - reads JSON from the standard input.
The exit code says what became of it, as that of bellcrank send.`;

export function addSet(program: Command, context: Surroundings, finish: (code: ExitCode) => void): void {
  const command = sendOptions(remoteCommand(program, 'set'));
  command
    .description('write a property of a device, and say what became of it')
    .usage('[options] <device> <property> <value>')
    .argument('[device]', 'the identifier of the device', named)
    .argument('[property]', 'one of its properties', named)
    .argument('[value...]', 'what it is to be')
    .option('--json-value <json>', 'the value as JSON')
    .addHelpText('after', help)
    .action(async (device: string | undefined, name: string | undefined, words: readonly string[], flags: SetFlags) => {
      if (device === undefined || name === undefined) {
        finish(withoutNames(command, flags, device));
        return;
      }
      finish(await withService(flags, context, (service) => set(device, name, words, flags, service), device));
    });
}

async function set(
  device: string,
  name: string,
  words: readonly string[],
  flags: SetFlags,
  service: Service,
): Promise<ExitCode> {
  const view = await service.lab.device(device).get();
  const spec = specOf(view, name);
  if (flags.help === true) {
    propertyHelp(view, name, spec, service);
    return exitCodes.succeeded;
  }
  const title = `${device} ${name}`;
  const taker = { title, schema: spec.write?.schema ?? spec.schema, help: `bellcrank set ${title} --help` };
  const value = await valueGiven(taker, words, flags, service);
  const path = `/v1/devices/${encodeURIComponent(device)}/properties/${encodeURIComponent(name)}`;
  const target = { device, command: `write:${name}`, method: 'PUT', path, body: { value }, taker } as const;
  return await deliver(target, flags, service);
}

async function valueGiven(
  taker: Taker,
  words: readonly string[],
  { jsonValue }: SetFlags,
  service: Service,
): Promise<unknown> {
  const { title, schema } = taker;
  const isJson = jsonValue !== undefined || words.includes('-');
  if (!isJson && words.length === 0) throw new CliFailure(exitCodes.usage, `say what ${title} is to be`);
  if (isJson || takesObject(schema)) return await paramsGiven(taker, words, jsonValue, service);
  // One value has no name of its own; it is read as the only parameter of something.
  const wrapped = { type: 'object', properties: { value: schema }, additionalProperties: false };
  const given = await paramsGiven(
    { ...taker, schema: wrapped },
    words.map((word) => `value=${word}`),
    undefined,
    service,
  );
  return (given as { readonly value: unknown }).value; // the schema has that one
}

function specOf({ id, properties }: DeviceDetailView, name: string): PropertySpec {
  const spec = Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (spec !== undefined) return spec;
  const [property = '', value] = name.split('=');
  const instead =
    value !== undefined && Object.hasOwn(properties, property)
      ? `; its value stands apart: bellcrank set ${id} ${property} VALUE`
      : suggestion(name, Object.keys(properties));
  throw new CliFailure(exitCodes.invalid, `${id} has no property ${JSON.stringify(name)}${instead}`);
}
