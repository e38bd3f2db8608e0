import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CandidateView, DeviceDetailView, Page } from '../../client/index.ts';
import { exitCodes, type ExitCode, type Surroundings } from '../context.ts';
import { nameAndValue, type NameValue, pairOf } from '../name-value.ts';
import { named } from './arguments.ts';
import { CliFailure } from './failure.ts';
import { ago } from './output/time.ts';
import { safe } from './output/text.ts';
import type { Service } from './service.ts';
import { remoteCommand, type RemoteFlags, withService } from './sub-command.ts';

interface DiscoverFlags extends RemoteFlags {
  readonly connection?: string;
  readonly dialect?: string;
  readonly state?: string;
  readonly adopted?: 'yes' | 'no';
  readonly adopt?: string;
  readonly as?: string;
  readonly label: readonly NameValue[];
  readonly option: readonly NameValue[];
}

interface Found extends Page<CandidateView> {
  /** What kept discovery from looking. */
  readonly problems?: readonly unknown[];
}

export function addDiscover(program: Command, context: Surroundings, finish: (code: ExitCode) => void): void {
  remoteCommand(program, 'discover')
    .description('list what announces itself on the connections of a running service, or make a device of it')
    .option('--connection <name>', 'only on this connection')
    .option('--dialect <driver>', 'only what speaks this')
    .addOption(new Option('--state <state>', 'only in this state').choices(['announced', 'stale', 'gone']))
    .addOption(new Option('--adopted <answer>', 'only what is a device already, or is none').choices(['yes', 'no']))
    .option('--adopt <candidate>', 'make a device of this one, by its id', named)
    .option('--as <device>', 'with --adopt: the identifier of the device; made of its name if not given', named)
    .option('--label <key=value>', 'with --adopt: a label; may be repeated', label, [])
    .option('--option <name=value>', 'with --adopt: an option of its driver; may be repeated', nameAndValue, [])
    .action(async (flags: DiscoverFlags) => {
      const work = flags.adopt === undefined ? list : adopt;
      finish(await withService(flags, context, (service) => work(flags, service)));
    });
}

function label(text: string, before: readonly NameValue[]): readonly NameValue[] {
  const pair = pairOf(text);
  if (pair === undefined) throw new InvalidArgumentError('It must be key=value.');
  return [...before, [pair.name, pair.value]];
}

async function list(flags: DiscoverFlags, { lab, print }: Service): Promise<ExitCode> {
  const { connection, dialect, state, adopted, as, label: labels, option } = flags;
  if (as !== undefined || labels.length > 0 || option.length > 0) {
    throw new CliFailure(exitCodes.usage, '--as, --label and --option go with --adopt');
  }
  const isAdopted = adopted === undefined ? undefined : adopted === 'yes';
  const items: CandidateView[] = [];
  let page: Found | undefined;
  do {
    const query = { connection, dialect, state, adopted: isAdopted, limit: 500, cursor: page?.next };
    page = (await lab.http.request<Found>('GET', '/v1/discovery', { query })).body;
    items.push(...page.items);
  } while (page.next !== undefined);
  const { problems = [] } = page;
  if (print.json) print.document({ items, problems });
  else show(items, problems, { print });
  return exitCodes.succeeded;
}

const columns = [
  { title: 'CANDIDATE' },
  { title: 'NAME', flexible: true },
  { title: 'DIALECT' },
  { title: 'CONNECTION', flexible: true },
  { title: 'STATE' },
  { title: 'DEVICE' },
  { title: 'SEEN' },
  { title: 'NOTE', flexible: true },
] as const;

function show(items: readonly CandidateView[], problems: readonly unknown[], { print }: Pick<Service, 'print'>): void {
  if (items.length === 0) print.line('Nothing announces itself.');
  else
    print.table(
      columns,
      items.map((item) => row(item, print.now)),
    );
  for (const problem of problems) print.note(`discovery: ${JSON.stringify(problem)}`);
  const [first] = items.filter(({ adopt: adoptable }) => adoptable !== null);
  if (first !== undefined) print.line(`\nTo make a device of one: bellcrank discover --adopt ${safe(first.id)}`);
}

function row(candidate: CandidateView, now: number): readonly string[] {
  const { id, name, dialect, connection, state, device, lastSeenAt, simulated, unsupported, refusal } = candidate;
  const maker = [candidate.manufacturer, candidate.model].filter((word) => word !== null).join(' ');
  const notes = [simulated ? 'simulated' : '', maker, unsupported ?? '', refusal ?? ''].filter((note) => note !== '');
  return [id, name, dialect, connection, state, device ?? '', ago(lastSeenAt, now), notes.join(', ')];
}

async function adopt(flags: DiscoverFlags, { lab, print }: Service): Promise<ExitCode> {
  const { adopt: candidate, as: id, label: labels, option } = flags;
  const body = {
    candidate,
    ...(id === undefined ? {} : { id }),
    ...(labels.length === 0 ? {} : { labels: Object.fromEntries(labels) }),
    ...(option.length === 0 ? {} : { options: Object.fromEntries(option) }),
  };
  const { body: device } = await lab.http.request<DeviceDetailView>('POST', '/v1/devices', { body });
  if (print.json) print.document(device);
  else
    print.line(
      `${safe(device.id)}${device.simulated ? ' (simulated)' : ''} is a device now, ${device.state}: bellcrank devices ${safe(device.id)}`,
    );
  return exitCodes.succeeded;
}
