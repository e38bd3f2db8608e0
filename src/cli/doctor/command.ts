import type { Command } from 'commander';
import { type ConfigProblem, loadConfig } from '../../config/index.ts';
import { machine, portLister } from '../../transport/ports/index.ts';
import { type CliContext, exitCodes, type ExitCode } from '../context.ts';
import { definitionLoader } from '../definitions.ts';
import { safe } from '../remote/output/text.ts';
import { examine, examineMachine, type Surgery } from './examine.ts';
import { type Finding, worst } from './finding.ts';

interface DoctorOptions {
  readonly config: string;
  readonly json?: true;
}

export function addDoctor(program: Command, context: CliContext, finish: (code: ExitCode) => void): void {
  program
    .command('doctor')
    .description('look for what keeps a service from starting or its devices from working; opens no port, sends no command')
    .requiredOption('-c, --config <file>', 'the YAML file')
    .option('--json', 'print JSON, for programs')
    .action(async (options: DoctorOptions) => finish(await doctor(options, context)));
}

async function doctor({ config: file, json }: DoctorOptions, context: CliContext): Promise<ExitCode> {
  const { clock, transports, env } = context;
  const runtime = { node: process.versions.node, threads: env['UV_THREADPOOL_SIZE'] };
  const surgery: Surgery = { runtime, clock, transports, roots: machine, ports: portLister(machine) };
  const loadDefinitions = definitionLoader(context.definitions);
  const loaded = await loadConfig({ ...context, loadDefinitions, file, signal: context.shutdown });
  const findings = [
    ...(await examineMachine(surgery)),
    ...(loaded.ok ? [whole(file), ...(await examine(loaded.config, surgery))] : loaded.problems.map(broken)),
  ];
  const status = worst(findings);
  if (json === true) context.out(`${JSON.stringify({ status, findings }, null, 2)}\n`);
  else context.out(textOf(findings));
  return status === 'fail' ? exitCodes.problem : exitCodes.succeeded;
}

function whole(file: string): Finding {
  return { check: 'config', of: file, status: 'ok', detail: 'nothing is wrong with it' };
}

function broken({ source, line, column, path, detail }: ConfigProblem): Finding {
  const place = line === undefined ? source : `${source}:${line}:${column ?? 1}`;
  return { check: 'config', of: place, status: 'fail', detail: path === '' ? detail : `${path}: ${detail}` };
}

function textOf(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ check, of, status, detail, advice }) => [
    `${status.padEnd(4)}  ${check}${of === undefined ? '' : ` ${of}`}: ${detail}`,
    ...(advice === undefined ? [] : [`      ${advice}`]),
  ]);
  const count = (status: Finding['status']): number => findings.filter((each) => each.status === status).length;
  return `${lines.map(safe).join('\n')}\n${count('ok')} ok, ${count('warn')} warn, ${count('fail')} fail\n`;
}
