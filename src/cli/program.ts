import { Command, CommanderError } from 'commander';
import type { CliContext, ExitCode, ProgramParts, Surroundings } from './context.ts';

type Finish = (code: ExitCode) => void;
type Add<Context> = (program: Command, context: Context, finish: Finish) => void;
type Context = Surroundings & Pick<ProgramParts, 'loadParts'>;
type AddLoaded = (program: Command, context: Context, finish: Finish) => Promise<void>;

/** A sub-command that runs something itself. */
function local(load: () => Promise<Add<CliContext>>): AddLoaded {
  return async (program, context, finish) => {
    const [add, parts] = await Promise.all([load(), context.loadParts()]);
    program.commandsGroup('On this machine:');
    add(program, { ...context, ...parts }, finish);
  };
}

/** A sub-command that asks a running service, for which no driver is loaded, so that it starts at once. */
function remote(load: () => Promise<Add<Surroundings>>): AddLoaded {
  return async (program, context, finish) => {
    program.commandsGroup('Of a running service:');
    (await load())(program, context, finish);
  };
}

/** A sub-command that looks after files: no driver is loaded for it either. */
function onFiles(load: () => Promise<Add<Surroundings>>): AddLoaded {
  return async (program, context, finish) => {
    program.commandsGroup('Of files that are kept:');
    (await load())(program, context, finish);
  };
}

/** Each is loaded when it is called. */
const commands: Readonly<Record<string, AddLoaded>> = {
  serve: local(async () => (await import('./serve.ts')).addServe),
  check: local(async () => (await import('./check.ts')).addCheck),
  compare: local(async () => (await import('./compare/command.ts')).addCompare),
  doctor: local(async () => (await import('./doctor/command.ts')).addDoctor),
  ports: local(async () => (await import('./ports.ts')).addPorts),
  replay: local(async () => (await import('./replay/command.ts')).addReplay),
  scaffold: local(async () => (await import('./scaffold/command.ts')).addScaffold),
  schema: local(async () => (await import('./schema.ts')).addSchema),
  simulate: local(async () => (await import('./simulate/command.ts')).addSimulate),
  try: local(async () => (await import('./try/try.ts')).addTry),
  audit: onFiles(async () => (await import('./audit/command.ts')).addAudit),
  backup: onFiles(async () => (await import('./backup/command.ts')).addBackup),
  restore: onFiles(async () => (await import('./backup/command.ts')).addRestore),
  devices: remote(async () => (await import('./remote/devices/command.ts')).addDevices),
  get: remote(async () => (await import('./remote/get.ts')).addGet),
  set: remote(async () => (await import('./remote/send/set.ts')).addSet),
  send: remote(async () => (await import('./remote/send/command.ts')).addSend),
  keys: remote(async () => (await import('./keys/command.ts')).addKeys),
  watch: remote(async () => (await import('./remote/watch/command.ts')).addWatch),
  history: remote(async () => (await import('./remote/history.ts')).addHistory),
  client: remote(async () => (await import('./client/command.ts')).addClient),
  commands: remote(async () => (await import('./remote/commands/command.ts')).addCommands),
  stop: remote(async () => (await import('./remote/stop.ts')).addStop),
  lease: remote(async () => (await import('./remote/lease/command.ts')).addLease),
  discover: remote(async () => (await import('./remote/discover.ts')).addDiscover),
  models: remote(async () => (await import('./remote/models.ts')).addModels),
  alarms: remote(async () => (await import('./remote/alarms.ts')).addAlarms),
  'log-level': remote(async () => (await import('./remote/log-level.ts')).addLogLevel),
  completion: remote(async () => (await import('./remote/complete/command.ts')).addCompletion),
  reload: remote(async () => (await import('./remote/reload.ts')).addReload),
  record: remote(async () => (await import('./record/record.ts')).addRecord),
};

/** Runs one command line, without the names of the interpreter and the script; resolves with the exit code. */
export async function runCommandLine(args: readonly string[], context: Context): Promise<ExitCode> {
  if (args[0] === '__complete') return await completeLine(args[1] ?? '', context);
  let code: ExitCode = 0;
  const finish = (result: ExitCode): void => {
    code = result;
  };
  const program = await programOf(called(args), context, finish);
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    // Commander has already printed the help, the version, or what is wrong with the arguments.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

/** The program with every sub-command, for whoever describes it. */
export function wholeProgram(context: Context): Promise<Command> {
  return programOf(Object.values(commands), context, () => {});
}

async function programOf(adding: readonly AddLoaded[], context: Context, finish: Finish): Promise<Command> {
  const program = createProgram(context);
  for (const add of adding) await add(program, context, finish);
  // Sub-commands of the same words have another meaning.
  return program.configureOutput({ outputError });
}

/** For shells: the words that may follow, a line each. */
async function completeLine(line: string, context: Context): Promise<ExitCode> {
  const { complete } = await import('./remote/complete/complete.ts');
  const load = async (name: string): Promise<Command | undefined> => {
    const program = await programOf(Object.hasOwn(commands, name) ? called([name]) : [], context, () => {});
    return program.commands[0];
  };
  const found = await complete(line, { names: Object.keys(commands), load, context });
  for (const word of found) context.out(`${word}\n`);
  return 0;
}

/** The one that is called; all of them where it takes all to say what there is. */
function called([first = '']: readonly string[]): readonly AddLoaded[] {
  const command = Object.hasOwn(commands, first) ? commands[first] : undefined;
  return command === undefined ? Object.values(commands) : [command];
}

/** Words that people try, and what is called so here. */
const meant: ReadonlyMap<string, string> = new Map([
  ['release', 'bellcrank stop --release DEVICE, or bellcrank lease release DEVICE'],
  ['list', 'bellcrank devices'],
  ['read', 'bellcrank get DEVICE PROPERTY'],
  ['write', 'bellcrank set DEVICE PROPERTY VALUE'],
  ['run', 'bellcrank serve --config FILE, or bellcrank simulate MODEL'],
  ['start', 'bellcrank serve --config FILE'],
]);

function outputError(text: string, write: (text: string) => void): void {
  const [all = '', word = ''] = /unknown command '([^']*)'/.exec(text) ?? [];
  const known = meant.get(word);
  write(known === undefined ? text : `error: ${all}; there is: ${known}\n`);
}

function createProgram({ version, out, err }: Surroundings): Command {
  return new Command('bellcrank')
    .description('HTTP to hardware: typed endpoints over serial, TCP and MQTT devices')
    .version(version)
    .configureOutput({ writeOut: out, writeErr: err })
    .showHelpAfterError('(--help tells more)')
    .showSuggestionAfterError()
    .exitOverride();
}
