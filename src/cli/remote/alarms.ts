import { answerWith } from '../../client/http/http.ts';
import { type Command, Option } from 'commander';
import type { AlarmView, Page } from '../../client/index.ts';
import { exitCodes, type ExitCode, type Surroundings } from '../context.ts';
import { named } from './arguments.ts';
import type { Style } from './output/paint.ts';
import type { Cell } from './output/table.ts';
import { safe } from './output/text.ts';
import { clockTime } from './output/time.ts';
import { valueText } from './output/value.ts';
import type { Service } from './service.ts';
import { remoteCommand, type RemoteFlags, withService } from './sub-command.ts';

interface AlarmsFlags extends RemoteFlags {
  readonly device?: string;
  readonly alarm?: string;
  readonly severity?: AlarmView['severity'];
  readonly state?: AlarmView['state'];
  readonly all?: true;
  readonly acknowledge?: string;
  readonly by?: string;
}

const states: readonly AlarmView['state'][] = ['active', 'acknowledged', 'cleared'];
const severities: readonly AlarmView['severity'][] = ['warning', 'critical'];

/** What is shown at most; older ones are for `--json` of the service itself. */
const most = 5000;

export function addAlarms(program: Command, context: Surroundings, finish: (code: ExitCode) => void): void {
  remoteCommand(program, 'alarms')
    .description('list the alarms that somebody still has to see, or acknowledge one')
    .option('--device <device>', 'only those of this device')
    .option('--alarm <rule>', 'only those of this rule')
    .addOption(new Option('--severity <severity>', 'only such').choices(severities))
    .addOption(new Option('--state <state>', 'those in this state, seen or not').choices(states))
    .option('--all', 'those of the past, too')
    .option('--acknowledge <id>', 'say that somebody has seen this one', named)
    .option('--by <name>', 'with --acknowledge: who')
    .action(async (flags: AlarmsFlags) => {
      const work = flags.acknowledge === undefined ? list : acknowledge;
      finish(await withService(flags, context, (service) => work(flags, service)));
    });
}

async function acknowledge({ acknowledge: id = '', by }: AlarmsFlags, { lab, print }: Service): Promise<ExitCode> {
  const path = `/v1/alarms/${encodeURIComponent(id)}/acknowledge`;
  const answer = await lab.http.request<AlarmView>('POST', path, { body: by === undefined ? {} : { by } });
  const { body: alarm } = answerWith(answer, 'id', 'state');
  const title = `${alarm.alarm} of ${alarm.device}${alarm.simulated ? ' (simulated)' : ''}`;
  if (print.json) print.document(alarm);
  else print.line(`${safe(title)}: ${alarm.state}`);
  return exitCodes.succeeded;
}

async function list(flags: AlarmsFlags, { lab, print }: Service): Promise<ExitCode> {
  const { device, alarm, severity, state, all } = flags;
  const open = all === true || state !== undefined ? undefined : true;
  const items: AlarmView[] = [];
  let cursor: string | undefined;
  do {
    const query = { device, alarm, severity, state, open, limit: 500, cursor };
    const { body } = await lab.http.request<Page<AlarmView>>('GET', '/v1/alarms', { query });
    items.push(...body.items);
    cursor = body.next;
  } while (cursor !== undefined && items.length < most);
  if (print.json) print.document({ items, ...(cursor === undefined ? {} : { next: cursor }) });
  else if (items.length === 0) print.line('There are no such alarms.');
  else print.table(columns, items.map(row));
  return exitCodes.succeeded;
}

const columns = [
  { title: 'RAISED' },
  { title: 'SEVERITY' },
  { title: 'STATE' },
  { title: 'DEVICE' },
  { title: 'PROPERTY' },
  { title: 'ALARM' },
  { title: 'VALUE' },
  { title: 'ID' },
  { title: 'NOTE', flexible: true },
] as const;

const stateStyles: Readonly<Record<AlarmView['state'], Style>> = {
  active: 'red',
  acknowledged: 'yellow',
  cleared: 'dim',
};

function row(alarm: AlarmView): readonly Cell[] {
  const { raisedAt, severity, state, device, property, alarm: rule, unit, value, id, simulated } = alarm;
  const note = [simulated ? 'simulated' : '', alarm.detail, alarm.message ?? '']
    .filter((each) => each !== '')
    .join(', ');
  const shown = { text: state, style: stateStyles[state] };
  return [clockTime(raisedAt), severity, shown, device, property, rule, valueText(value, unit), id, note];
}
