import type { Command } from 'commander';
import { type Config, type ConfigProblem, loadConfig, readFile } from '../../config/index.ts';
import { pathText } from '../../yaml/place.ts';
import { type CliContext, exitCodes, type ExitCode } from '../context.ts';
import { definitionLoader } from '../../definitions/reading.ts';
import { jsonText } from '../remote/output/text.ts';
import { checkClock } from './clock.ts';
import { examine } from './examine.ts';
import { NotingReader } from './files.ts';
import { type Finding, worst } from './finding.ts';
import { type Host, thisHost } from './host.ts';
import { textOf } from './output.ts';
import { checkUser } from './user.ts';

interface DoctorOptions {
  readonly config: string;
  readonly json?: true;
}

export function addDoctor(
  program: Command,
  context: CliContext,
  finish: (code: ExitCode) => void,
  host: Host = thisHost({ ...context, signal: context.shutdown }),
): void {
  program
    .command('doctor')
    .description(
      'look for what keeps a service from starting or its devices from working; opens no port, sends no command',
    )
    .requiredOption('-c, --config <file>', 'the YAML file')
    .option('--json', 'print JSON, for programs')
    .action(async (options: DoctorOptions) => finish(await doctor(options, context, host)));
}

async function doctor({ config: file, json }: DoctorOptions, context: CliContext, host: Host): Promise<ExitCode> {
  const findings = [await checkUser(host), await checkClock(host), ...(await checkConfig(file, context, host))];
  const status = worst(findings);
  context.out(json === true ? `${jsonText({ status, findings })}\n` : textOf(findings));
  return status === 'fail' ? exitCodes.problem : exitCodes.succeeded;
}

/** A file that is wrong says nothing of what the service would need; one that only lacks secrets does. */
async function checkConfig(file: string, context: CliContext, host: Host): Promise<Finding[]> {
  const reader = new NotingReader(file, readFile);
  const loadDefinitions = definitionLoader(context.definitions);
  const settings = { loadDefinitions, file, readFile: reader.read, signal: host.signal, withoutSecrets: true } as const;
  const loaded = await loadConfig({ ...context, ...settings });
  if (loaded.ok) {
    const { config, lacking } = loaded;
    const whole: Finding = { check: 'config', of: file, status: 'ok', detail: 'nothing is wrong with it' };
    const of = lacking.length === 0 ? [whole] : lacking.map(lacks);
    return [...of, ...(await examine(config, reader.filesOf(config), lackingConnections(config, lacking), host))];
  }
  const detail = 'where it listens, credentials, the store, ports and brokers: the configuration goes first';
  const { problems, lacking = [] } = loaded;
  return [...problems.map(broken), ...lacking.map(lacks), { check: 'everything else', status: 'unchecked', detail }];
}

/** What is reached with a secret that is not there. */
function lackingConnections({ connections }: Config, lacking: readonly ConfigProblem[]): ReadonlySet<string> {
  const names = Object.keys(connections);
  return new Set(
    names.filter((name) => lacking.some(({ path }) => path.startsWith(`${pathText(['connections', name])}.`))),
  );
}

function lacks(problem: ConfigProblem): Finding {
  const advice =
    'the service does not start without it; a variable of its (EnvironmentFile) must be set for this command, too';
  return { ...broken(problem), advice };
}

function broken({ source, line, column, path, detail }: ConfigProblem): Finding {
  const of = line === undefined ? source : `${source}:${line}:${column ?? 1}`;
  const about = { check: 'config', of, status: 'fail', detail: path === '' ? detail : `${path}: ${detail}` } as const;
  return { ...about, advice: `mend it; bellcrank check ${source} looks at the file alone` };
}
