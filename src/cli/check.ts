import type { Command } from 'commander';
import { type Config, formatProblems, isLoopback, leftOpen, loadConfig } from '../config/index.ts';
import { checkDefinition, definitionIn } from './check-definition.ts';
import type { CliContext, ExitCode } from './context.ts';
import { definitionLoader } from '../definitions/reading.ts';

export function addCheck(program: Command, context: CliContext, finish: (code: ExitCode) => void): void {
  program
    .command('check')
    .description('check a configuration, or a definition, completely and open nothing; loads the drivers that it names')
    .argument('<file>', 'the YAML file')
    .action(async (file: string) => finish(await check(file, context)));
}

/** Prints what the file configures, or all that is wrong with it. */
async function check(file: string, context: CliContext): Promise<ExitCode> {
  const definition = definitionIn(file);
  if (definition !== undefined) return checkDefinition(file, definition, context);
  const loadDefinitions = definitionLoader(context.definitions);
  const result = await loadConfig({ ...context, loadDefinitions, file, signal: context.shutdown });
  if (result.ok) {
    for (const way of leftOpen(result.config, result.drivers)) context.err(`warning: ${way}\n`);
    context.out(`${summary(result.config)}\n`);
  } else context.err(`${formatProblems(result.problems)}\n`);
  return result.ok ? 0 : 1;
}

function summary({ source, server, access, connections, devices }: Config): string {
  const rows = Object.entries(devices).map(([id, { driver, connection, enabled }]) => {
    const simulated = connection !== undefined && connections[connection]?.simulated === true;
    const notes = [...(simulated ? ['simulated'] : []), ...(enabled ? [] : ['disabled'])];
    const on = connection === undefined ? '' : ` on ${connection}`;
    return `  ${id}: ${driver}${on}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`;
  });
  // Keys are in the store, perhaps of another machine: whether there is one is looked for where it starts.
  const needsKey = !isLoopback(server.host) && access.jwt.length + access.certificates.length === 0;
  const keyNote = needsKey
    ? [
        `it does not start on ${server.host} as long as it has no key: make one (bellcrank keys create --config FILE ` +
          '--name me --role admin); bellcrank doctor looks whether there is one',
      ]
    : [];
  const count = rows.length === 1 ? '1 device' : `${rows.length} devices`;
  return [`${source}: OK, ${count}, to be served on ${server.host} port ${server.port}`, ...rows, ...keyNote].join(
    '\n',
  );
}
