import type { Command } from 'commander';
import type { CommandSpec, DeviceDetailView } from '../../../client/index.ts';
import { suggestion } from '../../../yaml/suggest.ts';
import { exitCodes, type ExitCode, type Surroundings } from '../../context.ts';
import { named } from '../arguments.ts';
import { CliFailure } from '../failure.ts';
import { safe } from '../output/text.ts';
import type { Service } from '../service.ts';
import { remoteCommand, withService } from '../sub-command.ts';
import { deliver } from './deliver.ts';
import { type SendFlags, sendOptions } from './options.ts';
import { paramsGiven } from './params-given.ts';

interface CommandFlags extends SendFlags {
  readonly jsonParams?: string;
}

const help = `
Parameters are name=value, as the command's own help lists them:
  volts=5            by the type that the command wants: number, true or false, text, one of a list
  volts=5000mV       with the unit, or a prefix of it, where that can mean only one thing
  axis.speed=2       within an object
  points=1 points=2  a list, an item each
  points:=[1,2]      JSON
  -                  all of them as JSON from the standard input

The exit code says what became of it: 0 succeeded, 3 refused, 4 failed, 5 not sent, 6 unknown, 7 not valid,
8 nobody answers, 9 not allowed, 10 leased, stopped or interlocked, 11 still under way.`;

export function addSend(program: Command, context: Surroundings, finish: (code: ExitCode) => void): void {
  const command = sendOptions(remoteCommand(program, 'send'));
  command
    .description('send a command to a device, and say what became of it')
    .usage('[options] <device> <command> [name=value…]')
    .argument('[device]', 'the identifier of the device', named)
    .argument('[command]', 'one of its commands', named)
    .argument('[params...]', 'its parameters, name=value each')
    .option('--json-params <json>', 'parameters as JSON; those that are given as name=value go before it')
    .addHelpText('after', help)
    .action(
      async (device: string | undefined, name: string | undefined, words: readonly string[], flags: CommandFlags) => {
        if (device === undefined || (name === undefined && flags.help !== true)) {
          finish(withoutNames(command, flags, device));
          return;
        }
        finish(await withService(flags, context, (service) => send(device, name, words, flags, service), device));
      },
    );
}

/** Help is shown; a name that is missing is a wrong call. */
export function withoutNames(command: Command, { help: wanted }: SendFlags, device?: string): ExitCode {
  const what =
    device === undefined
      ? 'which device, and what of it'
      : `what of ${safe(device)}; bellcrank devices ${safe(device)} lists it`;
  if (wanted !== true) command.error(`error: say ${what}`);
  command.outputHelp();
  return exitCodes.succeeded;
}

async function send(
  device: string,
  name: string | undefined,
  words: readonly string[],
  flags: CommandFlags,
  service: Service,
): Promise<ExitCode> {
  const view = await service.lab.device(device).get();
  if (name === undefined) return listCommands(view, service);
  const spec = specOf(view, name);
  if (flags.help === true) return await showHelp(view, name, spec, service);
  const taker = {
    title: `${device} ${name}`,
    schema: spec?.params ?? {},
    help: `bellcrank send ${device} ${name} --help`,
  };
  const body = await paramsGiven(taker, words, flags.jsonParams, service);
  const path = `/v1/devices/${encodeURIComponent(device)}/commands/${encodeURIComponent(name)}`;
  return await deliver({ device, command: name, method: 'POST', path, body, taker }, flags, service);
}

/** Undefined where the device has not told yet what it can do: the service knows why. */
function specOf({ id, commands, properties }: DeviceDetailView, name: string): CommandSpec | undefined {
  if (Object.hasOwn(commands, name)) return commands[name];
  const known = Object.keys(commands);
  if (known.length === 0 && Object.keys(properties).length === 0) return undefined;
  const property = name.replace(/^write:/, '');
  const instead = Object.hasOwn(properties, property)
    ? `; ${property} is a property: bellcrank set ${id} ${property} VALUE`
    : suggestion(name, known);
  throw new CliFailure(exitCodes.invalid, `${id} has no command ${JSON.stringify(name)}${instead}`);
}

function listCommands({ id, commands, properties, simulated }: DeviceDetailView, { print }: Service): ExitCode {
  if (Object.keys(commands).length === 0) {
    const written = Object.keys(properties).find((name) => properties[name]?.access !== 'read');
    const instead =
      written === undefined ? '' : `; what it can be told is a property: bellcrank set ${id} ${written} VALUE`;
    print.line(`${id} has no commands${instead}`);
    return exitCodes.succeeded;
  }
  print.line(`Usage: bellcrank send ${id} COMMAND [name=value…]${simulated ? '   (simulated)' : ''}\n`);
  const rows = Object.entries(commands).map(([name, { summary }]) => [name, summary]);
  print.table([{ title: 'COMMAND' }, { title: '', flexible: true }], rows);
  print.line(`\nWhat one takes: bellcrank send ${id} COMMAND --help`);
  return exitCodes.succeeded;
}

async function showHelp(
  view: DeviceDetailView,
  name: string,
  spec: CommandSpec | undefined,
  service: Service,
): Promise<ExitCode> {
  if (spec === undefined) throw new CliFailure(exitCodes.problem, `${view.id} has not told yet what it can do`);
  const { commandHelp } = await import('./help.ts');
  if (service.print.json) service.print.document(spec);
  else commandHelp(view, name, spec, service);
  return exitCodes.succeeded;
}
