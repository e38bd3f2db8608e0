import type { Command } from 'commander';
import type { KeyView } from '../../access/keys/view.ts';
import { BellcrankError } from '../../errors.ts';
import { exitCodes, type ExitCode, type Surroundings } from '../context.ts';
import { collected, named, span } from '../remote/arguments.ts';
import { exitCodeOf } from '../remote/explain/exit-code.ts';
import { CliFailure } from '../remote/failure.ts';
import { Printer } from '../remote/output/printer.ts';
import type { Cell } from '../remote/output/table.ts';
import { safe } from '../remote/output/text.ts';
import { remoteCommand, type RemoteFlags, withService } from '../remote/sub-command.ts';
import type { KeyDesk, Made } from './desk.ts';

interface KeysFlags extends RemoteFlags {
  readonly config?: string;
  readonly name?: string;
  readonly role?: string;
  readonly scope?: readonly string[];
  readonly expires?: number;
  readonly overlap?: number;
}

interface Desk {
  readonly desk: KeyDesk;
  readonly print: Printer;
}
type Work = (desk: Desk, flags: KeysFlags, of: string) => Promise<ExitCode>;

export function addKeys(program: Command, context: Surroundings, finish: (code: ExitCode) => void): void {
  const keys = program.command('keys').description('make, list and end API keys (docs/access.md)');
  const sub = (name: string, description: string, work: Work): Command =>
    remoteCommand(keys, name)
      .description(description)
      .option('-c, --config <file>', 'of the service of this configuration file, on this machine, running or not')
      .action(async (first: string | KeysFlags, second?: KeysFlags) => {
        const flags = typeof first === 'string' ? (second ?? {}) : first;
        finish(await atDesk(flags, context, (desk) => work(desk, flags, typeof first === 'string' ? first : '')));
      });
  expiry(sub('create', 'make a key, and print it: it is not kept', (desk, flags) => create(desk, flags, context)))
    .requiredOption('--name <name>', 'what it is for; records say key:NAME')
    .option('--role <role>', 'viewer, operator, engineer, admin, or one of the configuration')
    .option('--scope <scope>', 'in place of a role: ACTION:DEVICES:COMMANDS; may be given again', collected);
  sub('list', 'list the keys, those that have ended as well', list);
  sub('revoke', 'end a key at once', revoke).argument('<key>', 'its id, or its name', named);
  expiry(
    sub('rotate', 'make another key of the same name, and print it', (desk, flags, of) =>
      rotate(desk, flags, of, context),
    ),
  )
    .argument('<key>', 'its id, or its name', named)
    .option(
      '--overlap <time>',
      'how long the key before is still good, as in 24h, which it is if not given',
      spanOrNothing,
    );
}

const expiry = (command: Command): Command =>
  command.option('--expires <time>', 'it ends by itself after so long, as in 90d', span);

function spanOrNothing(text: string): number {
  return text === '0' ? 0 : span(text);
}

/** With a configuration its file, otherwise the service. */
async function atDesk(
  flags: KeysFlags,
  context: Surroundings,
  work: (desk: Desk) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { config } = flags;
  if (config === undefined) {
    return await withService(flags, context, async (service) => {
      const { serviceDesk } = await import('./service-desk.ts');
      return await work({ desk: serviceDesk(service), print: service.print });
    });
  }
  const print = new Printer(context, flags.json === true);
  try {
    // What only a running service is asked for loads no database.
    const { fileDesk } = await import('./file-desk.ts');
    return await work({ desk: await fileDesk(config, context), print });
  } catch (error) {
    return refused(error, print);
  }
}

function refused(error: unknown, print: Printer): ExitCode {
  if (error instanceof CliFailure) {
    if (print.json) print.document(error.problem);
    print.note(...error.message.split('\n'));
    return error.exitCode;
  }
  if (!(error instanceof BellcrankError)) throw error;
  const { code, message } = error;
  if (print.json) print.document({ code, detail: message });
  print.note(message);
  return exitCodeOf({ code, status: code === 'not-found' || code === 'invalid-request' ? 404 : 0 });
}

async function create({ desk, print }: Desk, flags: KeysFlags, { clock }: Surroundings): Promise<ExitCode> {
  const { name = '', role, scope: scopes, expires } = flags;
  if ((role === undefined) === (scopes === undefined)) {
    const which = 'say what the key may do: --role operator, or --scope once or more';
    throw new CliFailure(exitCodes.usage, role === undefined ? which : '--role and --scope: leave one out');
  }
  const expiresAt = expires === undefined ? undefined : clock.now() + expires;
  return told(await desk.create({ name, role, scopes, expiresAt }), print);
}

async function rotate({ desk, print }: Desk, flags: KeysFlags, of: string, { clock }: Surroundings): Promise<ExitCode> {
  const { overlap = 24 * 3_600_000, expires } = flags;
  const made = await desk.rotate(of, overlap, expires === undefined ? undefined : clock.now() + expires);
  if (!print.json) print.note(`The key before is good until ${new Date(clock.now() + overlap).toISOString()} at most.`);
  return told(made, print);
}

/** The key alone is what is printed, so that a script can take it as it is. */
function told(made: Made, print: Printer): ExitCode {
  if (print.json) print.document(made);
  else print.line(safe(made.key));
  print.note(`${made.name}: ${grantOf(made)}, ${endOf(made)}. The key is shown this once: keep it where it is safe.`);
  return exitCodes.succeeded;
}

async function list({ desk, print }: Desk): Promise<ExitCode> {
  const items = await desk.list();
  if (print.json) print.document({ items });
  else if (items.length === 0) print.line('There are no keys.');
  else print.table(columns, items.map(row));
  return exitCodes.succeeded;
}

async function revoke({ desk, print }: Desk, _: KeysFlags, of: string): Promise<ExitCode> {
  const items = await desk.revoke(of);
  if (print.json) print.document({ items });
  else
    for (const { id, name, revokedAt } of items)
      print.line(safe(`${name} (${id}) is revoked since ${revokedAt ?? '?'}`));
  return exitCodes.succeeded;
}

const columns = [
  { title: 'ID' },
  { title: 'NAME' },
  { title: 'STATE' },
  { title: 'EXPIRES' },
  { title: 'LAST USED' },
  { title: 'MAY', flexible: true },
] as const;

function row(key: KeyView): readonly Cell[] {
  const { id, name, state, expiresAt, lastUsedAt } = key;
  const shown: Cell = state === 'active' ? state : { text: state, style: 'dim' };
  return [id, name, shown, expiresAt ?? 'never', lastUsedAt ?? 'never', grantOf(key)];
}

function grantOf({ role, scopes }: KeyView): string {
  return role ?? (scopes ?? []).join(' ');
}

function endOf({ expiresAt }: KeyView): string {
  return expiresAt === null ? 'without an end' : `until ${expiresAt}`;
}
