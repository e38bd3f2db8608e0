import { once } from 'node:events';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Config, formatProblems, loadConfig, parseElsewhere } from '../config/index.ts';
import type { Timer } from '../clock.ts';
import type { AnyDriver } from '../driver/contract.ts';
import { BellcrankError, messageOf } from '../errors.ts';
import type { AppParts } from '../app.ts';
import { mostOpenFiles } from '../open-files.ts';
import { LogLevel } from '../observe/log-level.ts';
import type { Simulate } from '../openers.ts';
import type { App } from './app.ts';
import type { CliContext, ExitCode } from './context.ts';
import { definitionLoader } from '../definitions/reading.ts';
import type { Loaded } from '../reload/reload.ts';
import { Reloader } from './reload/reloader.ts';
import { createSimulation } from './simulation.ts';
import { welcome } from './welcome.ts';

/** Devices, the store and its threads have started by then, as a rule. */
const settlingMs = 1000;

interface ServeOptions {
  readonly config: string;
  readonly host?: string;
  readonly port?: string;
  readonly logLevel?: string;
  readonly logFormat?: 'pretty' | 'json';
  readonly insecure?: true;
}

export function addServe(program: Command, context: CliContext, finish: (code: ExitCode) => void): void {
  program
    .command('serve')
    .description('open the devices of a configuration file and serve them over HTTP')
    .requiredOption('-c, --config <file>', 'the YAML file')
    .option('-p, --port <port>', 'listen on this port instead of the file’s; 0 takes any free one', portNumber)
    .option('--host <address>', 'listen on this address instead of the file’s')
    .option('--insecure', 'listen elsewhere than on loopback although there are no credentials')
    .addOption(
      new Option('--log-level <level>', 'write this level and above instead of the file’s').choices([
        'trace',
        'debug',
        'info',
        'warn',
        'error',
        'fatal',
        'silent',
      ]),
    )
    .addOption(
      new Option('--log-format <format>', 'write lines for people, or JSON, instead of what the file says').choices([
        'pretty',
        'json',
      ]),
    )
    .action(async (options: ServeOptions) => finish(await serve(options, context)));
}

function portNumber(text: string): string {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError('It must be 0 to 65535.');
  return text;
}

/** Runs the service until the process is to end. */
async function serve(options: ServeOptions, context: CliContext): Promise<ExitCode> {
  const { config: file, insecure, logFormat, ...others } = options;
  const flags = { ...others, logPretty: logFormat && ({ pretty: 'always', json: 'never' } as const)[logFormat] };
  const { shutdown } = context;
  const there = Promise.withResolvers<App>();
  context.takeHangUps?.(() => void there.promise.then(reloadSafely));
  const reloader = new Reloader(definitionLoader(context.definitions));
  const loaded = await loadConfig({ ...context, loadDefinitions: reloader.load, file, flags, signal: shutdown });
  if (!loaded.ok) {
    // Whoever ended it meanwhile was not waited for.
    if (shutdown.aborted) return 0;
    context.err(`${formatProblems(loaded.problems)}\n`);
    return 1;
  }
  let app: App | undefined;
  let settling: Timer | undefined;
  // Another configuration may name more of them.
  const simulators = [...loaded.simulators];
  const simulation = createSimulation(loaded.config, simulators, context.clock);
  const load = async (signal: AbortSignal): Promise<Loaded> => {
    const again = await loadConfig({
      ...context,
      parse: parseElsewhere,
      loadDefinitions: reloader.load,
      file,
      flags,
      signal,
    });
    if (!again.ok) return again;
    simulators.push(...again.simulators.filter(({ model }) => !simulators.some((known) => known.model === model)));
    const outdated = loaded.config.definitions.reload ? [] : reloader.outdated;
    return { ...again, restartNeeded: outdated.map((definition) => `drivers: ${definition}`) };
  };
  try {
    const { level, pretty } = loaded.config.log;
    const logLevel = new LogLevel(level, context.clock);
    const log = logLevel.over(context.createLog('trace', pretty));
    const surroundings = { ...context, insecure };
    const own = { log, logLevel, load };
    app = await assemble(loaded.config, loaded.drivers, simulation.simulate, own, surroundings);
    context.takeUncaught?.(app.blame);
    const { url } = await app.start();
    there.resolve(app);
    if (loaded.config.definitions.reload) void reloader.watch(app.registry, context.clock, log, shutdown);
    if (context.settled !== undefined) settling = context.clock.timer(settlingMs, context.settled);
    context.out(welcome(url, loaded.config, loaded.drivers, app));
    if (!shutdown.aborted) await once(shutdown, 'abort');
    return 0;
  } catch (error) {
    context.err(`${startFailure(error, loaded.config)}\n`);
    return 1;
  } finally {
    settling?.cancel();
    await app?.close();
    await simulation.close();
  }
}

function assemble(
  config: Config,
  drivers: readonly AnyDriver[],
  simulate: Simulate,
  own: Pick<AppParts, 'log' | 'logLevel' | 'load'>,
  context: CliContext & { readonly insecure: true | undefined },
): Promise<App> {
  const { transports, clock, version, settled, insecure = false } = context;
  const its = { version, settled, openFiles: mostOpenFiles(), watchesMachine: true, rehearses: true };
  const common = { config, drivers, transports, simulate, clock, ...its };
  return context.createApp({ ...common, ...own, insecure, random: Math.random });
}

/** What is wrong is in the log. */
function reloadSafely({ reload }: App): void {
  reload.reload({ by: 'SIGHUP' }).catch(() => {});
}

function startFailure(error: unknown, { server }: Config): string {
  if (error instanceof BellcrankError && error.code === 'forbidden')
    return `the service does not start: ${error.message}`;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const choose = 'choose another with --port or BELLCRANK_PORT';
  if (code === 'EADDRINUSE') return `port ${server.port} is in use; ${choose}`;
  if (code === 'EACCES') return `port ${server.port} may not be opened by this user; ${choose}`;
  return `the service cannot start: ${messageOf(error)}`;
}
