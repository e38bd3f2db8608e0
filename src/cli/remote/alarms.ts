import { type Command, Option } from 'commander';
import type { AlarmView, Page } from '../../client/index.ts';
import { exitCodes, type ExitCode, type Surroundings } from '../context.ts';
import { named } from './arguments.ts';
import type { Style } from './output/paint.ts';
import type { Cell } from './output/table.ts';
import { safe } from './output/text.ts';
import { clockTime } from './output/time.ts';
import { valueText } from './output/value.ts';
import { remoteCommand, type RemoteFlags, type Service, withService } from './service.ts';

interface AlarmsFlags extends RemoteFlags {
  readonly device?: string;
  readonly state?: AlarmView['state'];
  readonly acknowledge?: string;
}

const states: readonly AlarmView['state'][] = ['active', 'acknowledged', 'cleared'];

export function addAlarms(program: Command, context: Surroundings, finish: (code: ExitCode) => void): void {
  remoteCommand(program, 'alarms')
    .description('list alarms, or acknowledge one')
    .option('--device <device>', 'only those of this device')
    .addOption(new Option('--state <state>', 'only those in this state').choices(states))
    .option('--acknowledge <id>', 'say that somebody has seen this one', named)
    .action(async (flags: AlarmsFlags) => {
      finish(await withService(flags, context, (service) => alarms(flags, service)));
    });
}

async function alarms({ device, state, acknowledge }: AlarmsFlags, { lab, print }: Service): Promise<ExitCode> {
  if (acknowledge !== undefined) {
    const path = `/v1/alarms/${encodeURIComponent(acknowledge)}/acknowledge`;
    const { body: alarm } = await lab.http.request<AlarmView>('POST', path);
    if (print.json) print.document(alarm);
    else
      print.line(
        `${safe(alarm.alarm)} of ${safe(alarm.device)}${alarm.simulated ? ' (simulated)' : ''}: ${alarm.state}`,
      );
    return exitCodes.succeeded;
  }
  const { body } = await lab.http.request<Page<AlarmView>>('GET', '/v1/alarms', { query: { device, state } });
  if (print.json) print.document(body);
  else if (body.items.length === 0) print.line('There are no such alarms.');
  else print.table(columns, body.items.map(row));
  return exitCodes.succeeded;
}

const columns = [
  { title: 'RAISED (UTC)' },
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
  const { raisedAt, severity, state, device, property, alarm: rule, kind, limit, unit, value, id } = alarm;
  const notes = [
    alarm.simulated ? 'simulated' : '',
    `${kind} ${limit === null ? '' : valueText(limit, unit)}`.trim(),
    alarm.detail,
  ];
  const shown = { text: state, style: stateStyles[state] };
  const note = notes.filter((each) => each !== '').join(', ');
  return [clockTime(raisedAt), severity, shown, device, property, rule, valueText(value, unit), id, note];
}
