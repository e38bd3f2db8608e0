import { type Command, InvalidArgumentError } from 'commander';
import { delay } from '../../clock.ts';
import { type AnyDriver, type AnySession, type JsonSchema, validate } from '../../driver/index.ts';
import { messageOf, printable } from '../../errors.ts';
import type { CliContext, ExitCode } from '../context.ts';
import { findingText } from '../../../drivers/index.ts';
import { isConfiguration } from '../check-definition.ts';
import { readDefinitionFile } from '../../definitions/files.ts';
import { type Defined, readOne } from '../../definitions/reading.ts';
import { nameAndValue, type NameValue } from '../name-value.ts';
import { exampleOf, examplesText, firstOf, type Seen } from './example.ts';
import { attachAlone, tryRead } from './session.ts';
import { Told } from './told.ts';
import { LoggedConnection, type Passed, shown } from './wire-log.ts';

/** Options of the instance, as they were given. */
type Options = Readonly<Record<string, unknown>>;

interface TryOptions {
  readonly port?: string;
  readonly tcp?: { readonly host: string; readonly port: number };
  readonly baud?: number;
  readonly option: readonly NameValue[];
}

/** Silence before the first byte is sent: whatever a board says when its port is opened. */
const settleMs = 300;

export function addTry(program: Command, context: CliContext, finish: (code: ExitCode) => void): void {
  program
    .command('try')
    .description('talk to a real device by a definition: ask everything that only reads, and show bytes beside values')
    .argument('<file>', 'the definition')
    .option('--port <path>', 'the serial port')
    .option('--tcp <host:port>', 'the serial server or device', hostAndPort)
    .option('--baud <rate>', 'in place of the definition’s', wholeNumber)
    .option('--option <name=value>', 'an option of the instance; may be repeated', nameAndValue, [])
    .action(async (file: string, options: TryOptions) => finish(await tryDevice(file, options, context)));
}

async function tryDevice(file: string, options: TryOptions, context: CliContext): Promise<ExitCode> {
  if ((options.port === undefined) === (options.tcp === undefined)) {
    context.err('say where the device is: --port /dev/… or --tcp host:port\n');
    return 2;
  }
  const target = read(file, context);
  if (target === undefined) return 1;
  if (target.driver.transports.every((transport) => transport === 'mqtt')) {
    context.err(
      `${file} speaks MQTT, and this talks over serial ports and sockets; serve it with its broker instead\n`,
    );
    return 2;
  }
  const given = Object.fromEntries(options.option);
  const errors = validate(target.driver.options, given);
  if (errors.length > 0) {
    const lines = errors.map(({ pointer, detail }) => `--option ${pointer.slice(1)} ${detail}`);
    context.err(`${lines.join('\n')}\n`);
    return 2;
  }
  return await onConnection(target, given, options, context);
}

/** The definition, or nothing when it has errors, which are told. */
function read(file: string, { definitions, err }: CliContext): Defined | undefined {
  const text = readDefinitionFile(file);
  if ('failure' in text) {
    err(`${file} ${text.failure}\n`);
    return undefined;
  }
  if (isConfiguration(text.text)) {
    err(`${file} is a configuration; name the definition that its devices have for a driver\n`);
    return undefined;
  }
  const { findings, result } = readOne(file, text.text, definitions);
  const errors = findings.filter(({ severity }) => severity === 'error');
  for (const finding of errors.slice(0, 20)) err(`${findingText(finding)}\n`);
  if (errors.length > 0) return undefined;
  if (result === undefined) err(`${file} is a base for other definitions, and describes no device by itself\n`);
  return result;
}

async function onConnection(
  target: Defined,
  given: Options,
  options: TryOptions,
  context: CliContext,
): Promise<ExitCode> {
  const { clock, shutdown, err } = context;
  let connection: LoggedConnection;
  try {
    connection = await open(target.driver, options, context);
  } catch (error) {
    err(`${messageOf(error)}\n`);
    return 1;
  }
  try {
    await delay(clock, settleMs, shutdown);
    return await talk(target, given, connection, context);
  } catch (error) {
    for (const line of shown(connection.take())) err(`${printable(line)}\n`);
    err(`${printable(messageOf(error))}\n`);
    return 1;
  } finally {
    await connection.close();
  }
}

async function open({ serial }: AnyDriver, options: TryOptions, context: CliContext): Promise<LoggedConnection> {
  const { transports, clock, shutdown: signal } = context;
  const { port: path, tcp, baud } = options;
  const name = path === undefined ? 'tcp' : 'serial';
  const settings = path === undefined ? tcp : { path, ...serial, ...(baud === undefined ? {} : { baudRate: baud }) };
  const transport = transports.find((candidate) => candidate.name === name);
  const connection = await transport?.open(settings, { signal, clock });
  if (connection?.shape !== 'bytes') throw new Error(`there is no transport ${name}`);
  return new LoggedConnection(connection, clock);
}

async function talk(
  target: Defined,
  given: Options,
  connection: LoggedConnection,
  context: CliContext,
): Promise<ExitCode> {
  const { driver, terminators } = target;
  const { clock, shutdown, out } = context;
  const say = (lines: readonly string[]): void => out(lines.map((line) => `${printable(line)}\n`).join(''));
  const greeting = connection.take();
  if (greeting.length > 0) say(['unasked', ...shown(greeting)]);
  const told = new Told(clock);
  const session = await attachAlone(driver, connection, given, clock, shutdown, told, (what) => say([`  ! ${what}`]));
  const attached = connection.take();
  say([`attached as ${driver.model.name}`, ...shown(attached)]);
  const keep = (of: Seen['of'], passed: readonly Passed[], property?: string): object | undefined =>
    terminators && exampleOf({ of, options: given, frames: target.framesOf?.(property) ?? 1 }, passed, terminators);
  const identified = target.identifies === true ? keep({ identify: true }, firstOf(attached)) : undefined;
  const { failed, examples: read } = await readAll(session, driver, connection, told, keep, context, say);
  const examples = identified === undefined ? read : [identified, ...read];
  if (examples.length > 0) say(['', '# What was seen, as examples: compare it with the manual before you keep it.']);
  for (const line of examplesText(examples).split('\n').filter(Boolean)) out(`${printable(line)}\n`);
  return failed ? 1 : 0;
}

async function readAll(
  session: AnySession,
  driver: AnyDriver,
  connection: LoggedConnection,
  told: Told,
  keep: (of: Seen['of'], passed: readonly Passed[], property: string) => object | undefined,
  { clock, shutdown }: CliContext,
  say: (lines: readonly string[]) => void,
): Promise<{ readonly failed: boolean; readonly examples: object[] }> {
  const { properties } = session.model ?? driver.model;
  const examples: object[] = [];
  let failed = false;
  for (const [name, spec] of Object.entries(properties)) {
    if (spec.access === 'write') continue;
    const tried = await tryRead(session, name, spec.schema, connection, clock, shutdown, told);
    const passed = connection.take();
    say([verdict(name, tried, spec.schema), ...shown(passed)]);
    if (tried.problem !== undefined) failed ||= session.read?.[name] !== undefined;
    else if ('value' in tried && session.read?.[name] !== undefined) {
      const example = keep({ read: { [name]: tried.value } }, passed, name);
      if (example !== undefined) examples.push(example);
    }
  }
  return { failed, examples };
}

function verdict(name: string, tried: { value?: unknown; problem?: string }, schema: JsonSchema): string {
  const unit = typeof schema['unit'] === 'string' ? ` ${schema['unit']}` : '';
  const value = 'value' in tried ? ` = ${JSON.stringify(tried.value)}${unit}` : '';
  return `${name}${value}${tried.problem === undefined ? '' : `  ! ${tried.problem}`}`;
}

function hostAndPort(text: string): { host: string; port: number } {
  const [, host, port] = /^\[?(.+?)\]?:(\d{1,5})$/.exec(text) ?? [];
  if (host === undefined) throw new InvalidArgumentError('It must be host:port.');
  return { host, port: Number(port) };
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,7}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
