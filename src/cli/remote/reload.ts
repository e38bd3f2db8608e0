import type { Command } from 'commander';
import { exitCodes, type ExitCode, type Surroundings } from '../context.ts';
import { safe } from './output/text.ts';
import type { Service } from './service.ts';
import { remoteCommand, type RemoteFlags, withService } from './sub-command.ts';

interface ReloadFlags extends RemoteFlags {
  readonly dryRun?: true;
}

interface DeviceRef {
  readonly id: string;
  readonly simulated: boolean;
}

/** As `POST /v1/config/reload` answers. */
interface Reload {
  readonly changed: boolean;
  readonly devices: {
    readonly added: readonly DeviceRef[];
    readonly removed: readonly DeviceRef[];
    readonly changed: readonly (DeviceRef & { readonly what: readonly string[]; readonly attachedAnew: boolean })[];
  };
  readonly connections: Readonly<Record<'added' | 'removed' | 'changed', readonly string[]>>;
  readonly sections: readonly string[];
  readonly restartNeeded: readonly string[];
  readonly problems: readonly string[];
}

/** Devices that are removed have their time to end what they do, in ms. */
const timeoutMs = 60_000;

export function addReload(program: Command, context: Surroundings, finish: (code: ExitCode) => void): void {
  remoteCommand(program, 'reload')
    .description('have a running service take its configuration file as it is now; a bad one changes nothing')
    .option('--dry-run', 'say what would change, and change nothing')
    .action(async (flags: ReloadFlags) => {
      finish(await withService(flags, context, (service) => reload(flags, service)));
    });
}

async function reload({ dryRun }: ReloadFlags, { lab, print }: Service): Promise<ExitCode> {
  const query = dryRun === true ? { dryRun } : {};
  const { body } = await lab.http.request<Reload>('POST', '/v1/config/reload', { query, timeoutMs });
  if (print.json) print.document(body);
  else for (const line of linesOf(body, dryRun === true)) print.line(safe(line));
  print.note(...body.restartNeeded.map((what) => safe(`${what} needs a restart`)));
  print.note(...body.problems.map((problem) => safe(`not taken: ${problem}`)));
  return body.problems.length === 0 ? exitCodes.succeeded : exitCodes.problem;
}

function linesOf({ changed, devices, connections, sections }: Reload, dryRun: boolean): string[] {
  if (!changed) return ['nothing is other than before'];
  return [
    dryRun ? 'would be taken:' : 'taken:',
    ...(['added', 'removed', 'changed'] as const).flatMap((how) => [
      ...connections[how].map((name) => `  connection ${name} ${how}`),
      ...devices[how].map((ref) => `  device ${ref.id}${ref.simulated ? ' (simulated)' : ''} ${how}${more(ref)}`),
    ]),
    ...sections.map((section) => `  ${section}`),
  ];
}

function more(ref: DeviceRef | Reload['devices']['changed'][number]): string {
  if (!('what' in ref)) return '';
  return `: ${ref.what.join(', ')}${ref.attachedAnew ? '; it is attached anew' : ''}`;
}
