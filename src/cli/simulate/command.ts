import { type Command, InvalidArgumentError } from 'commander';
import { BellcrankError, messageOf } from '../../errors.ts';
import type { CliContext, ExitCode } from '../context.ts';
import { nameAndValue, type NameValue } from '../name-value.ts';
import { brokerUrl } from './broker-url.ts';
import { consoleHelp } from './console.ts';
import { expose, type Wanted } from './expose.ts';
import { faultsHelp, parseFault } from './fault.ts';
import { readLab, runLab } from './lab.ts';
import { listOf, optionProblems, shapeOf, simulatorNamed } from './model.ts';
import type { Exposed } from './running.ts';
import { serveUntilEnd } from './serve.ts';
import { speedOf, speedRule } from './speed.ts';
import { Trace } from './trace.ts';

interface SimulateOptions extends Wanted {
  readonly config?: string;
  readonly seed?: number;
  readonly option: readonly NameValue[];
  readonly fault: readonly string[];
  readonly speed?: number;
  readonly trace?: true;
}

const help = `
Without --pty, --tcp and --mqtt there is a link ./tty-MODEL to a pseudo-terminal, and a broker of its own for devices on
MQTT. The broker's user and password: in the URL, or in MQTT_USERNAME and MQTT_PASSWORD.

Faults, as in --fault delay:ms=50,jitterMs=20,probability=0.1 --fault mute:afterMs=5000:
${faultsHelp()}

While it runs it takes commands on its standard input:
${consoleHelp}`;

export function addSimulate(program: Command, context: CliContext, finish: (code: ExitCode) => void): void {
  program
    .command('simulate')
    .description('run a simulated device that any other program can open, until it is ended')
    .argument('[model...]', 'a model, or the path of a definition; with --config, connections of it (default: all)')
    .option(
      '--pty <path>',
      'make it a serial port: a link to a pseudo-terminal; with --config, a folder for such links',
    )
    .option('--tcp <port>', 'listen on this port of 127.0.0.1; 0 takes any free one', wholeNumber(65_535))
    .option('--mqtt <url>', 'be a device on this broker')
    .option('-c, --config <file>', 'run the simulated connections of a configuration instead, without the service')
    .option('--seed <number>', 'fixes every random choice; 1 if not given', wholeNumber(0xffff_ffff))
    .option('--option <name=value>', 'an option of the simulator; may be repeated', nameAndValue, [])
    .option('--fault <fault>', 'something that goes wrong on its wire, see below; may be repeated', collected, [])
    .option('--speed <factor>', `how fast its own time goes: ${speedRule}`, speedFactor)
    .option('--trace', 'print what it hears and says, as a recording')
    .addHelpText('after', help)
    .action(async (names: readonly string[], options: SimulateOptions) => {
      finish(await simulate(names, options, context));
    });
}

async function simulate(names: readonly string[], options: SimulateOptions, context: CliContext): Promise<ExitCode> {
  try {
    const faults = options.fault.map(parseFault);
    const begun =
      options.config === undefined ? await one(names, options, context) : await lab(names, options, context);
    if ('code' in begun) {
      context.err(`${begun.problem}\n`);
      return begun.code;
    }
    const { speed } = options;
    return await serveUntilEnd(begun.exposed, begun.trace, { faults, ...(speed !== undefined && { speed }) }, context);
  } catch (error) {
    context.err(`${messageOf(error)}\n`);
    return error instanceof BellcrankError && error.code === 'invalid-request' ? 2 : 1;
  }
}

type Begun =
  | { readonly exposed: Exposed; readonly trace: Trace | undefined }
  | { readonly problem: string; readonly code: 1 | 2 };

async function one(names: readonly string[], options: SimulateOptions, context: CliContext): Promise<Begun> {
  const [name, ...more] = names;
  if (name === undefined) return usage(`say which model; ${listOf(context.simulators)}`);
  if (more.length > 0) return usage('one model at a time; for several, write a configuration and use --config');
  const places = (['pty', 'tcp', 'mqtt'] as const).filter((place) => options[place] !== undefined);
  if (places.length > 1) return usage(`use one of ${places.map((place) => `--${place}`).join(', ')}`);
  const found = simulatorNamed(name, context);
  if ('problem' in found) return found;
  const { kind } = found;
  const given = Object.fromEntries(options.option);
  const problems = optionProblems(kind, given);
  if (problems.length > 0) return usage(problems.join('\n'));
  const { seed = 1, pty, tcp, mqtt } = options;
  const wanted = {
    ...(pty !== undefined && { pty }),
    ...(tcp !== undefined && { tcp }),
    ...(mqtt !== undefined && { mqtt: brokerUrl(mqtt, context.env) }),
  };
  const { clock } = context;
  const shape = shapeOf(kind, given, seed);
  const transport = shape === 'messages' ? 'mqtt' : tcp === undefined ? 'serial' : 'tcp';
  const trace = options.trace && new Trace({ driver: kind.model, transport }, clock, context.out);
  const watch = trace && { watch: trace.watch() };
  const running = await expose(kind, { wanted, shape, seed, options: given, clock, ...watch });
  return { trace, exposed: { running: [running], close: () => running.close() } };
}

async function lab(names: readonly string[], options: SimulateOptions, context: CliContext): Promise<Begun> {
  const { config = '', seed, option, tcp, mqtt } = options;
  const useless = Object.entries({ seed, tcp, mqtt, option: option.length > 0 ? option : undefined });
  const given = useless.filter(([, value]) => value !== undefined).map(([name]) => `--${name}`);
  if (given.length > 0) return usage(`${given.join(', ')}: with --config, the file says that of each connection`);
  const read = await readLab(config, names, context);
  if ('problem' in read) return read;
  const trace = options.trace && new Trace({}, context.clock, context.out);
  return { trace, exposed: await runLab(read.lab, options.pty, trace, context) };
}

function usage(problem: string): Begun {
  return { problem, code: 2 };
}

function collected(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

export function wholeNumber(maximum: number): (text: string) => number {
  return (text) => {
    if (/^\d{1,10}$/.test(text) && Number(text) <= maximum) return Number(text);
    throw new InvalidArgumentError(`It must be a whole number from 0 to ${maximum}.`);
  };
}

function speedFactor(text: string): number {
  const factor = speedOf(text);
  if (factor === undefined) throw new InvalidArgumentError(`It must be ${speedRule}.`);
  return factor;
}
