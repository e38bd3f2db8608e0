import type { CommandSpec, DeviceDetailView, LeaseView, PropertyView } from '../../../client/index.ts';
import { propertiesOf, requiredOf } from '../params/schema.ts';
import { ago } from '../output/time.ts';
import { readingRow, readingColumns } from '../readings.ts';
import type { Service } from '../service.ts';
import { labelsText, notesOf } from './list.ts';

interface InterlockView {
  readonly name: string;
  readonly forbid: unknown;
  readonly unless: string;
  readonly satisfied: boolean;
  readonly problem?: string;
}

/** A device with its readings, what can be done with it, who has it and what guards it. */
export async function showDevice(id: string, { lab, print }: Service): Promise<void> {
  const device = lab.device(id);
  const view = await device.get();
  if (print.json) return print.document(view);
  const path = `/v1/devices/${encodeURIComponent(id)}/interlocks`;
  const [readings, lease, guards] = await Promise.all([
    device.readings(),
    device.leasedBy(),
    lab.http.request<{ readonly items: readonly InterlockView[] }>('GET', path),
  ]);
  print.pairs(facts(view, lease, print.now));
  const section = (title: string, show: () => void): void => {
    print.line(`\n${print.paint('bold', title)}`);
    show();
  };
  if (readings.length > 0) section('Properties', () => print.table(readingColumns, rows(readings, view, print.now)));
  const commands = Object.entries(view.commands);
  if (commands.length > 0) section('Commands', () => print.table(commandColumns, commands.map(commandRow)));
  const events = Object.entries(view.events).map(([name, { summary }]) => [name, summary]);
  if (events.length > 0)
    section('Events', () => print.table([{ title: 'EVENT' }, { title: '', flexible: true }], events));
  const locks = guards.body.items;
  if (locks.length > 0) section('Interlocks', () => print.table(lockColumns, locks.map(lockRow)));
}

function facts(
  view: DeviceDetailView,
  lease: LeaseView | null,
  now: number,
): readonly (readonly [string, string | undefined])[] {
  const [simulated] = view.simulated ? [' (simulated)'] : [''];
  return [
    ['device', `${view.id}${simulated}`],
    ['state', [view.state, ...notesOf({ ...view, simulated: false })].join(', ')],
    ['model', view.model === view.driver ? view.model : `${view.model} (driver ${view.driver})`],
    ['connection', view.connection ?? undefined],
    ['identity', view.identity ?? undefined],
    ['labels', labelsText(view.labels)],
    ['seen', ago(view.lastSeenAt, now)],
    ['lease', lease === null ? undefined : leaseText(lease)],
    ['waiting', view.waiting === 0 ? undefined : String(view.waiting)],
    ['stop', view.stop === null ? 'it has no way to be made safe' : view.stop.summary],
  ];
}

function leaseText({ holder, expiresAt, note }: LeaseView): string {
  return `held by ${holder} until ${expiresAt}${note === '' ? '' : `: ${note}`}`;
}

function rows(readings: readonly PropertyView[], { properties }: DeviceDetailView, now: number) {
  return readings.map((reading) => readingRow(reading, now, properties[reading.name]?.access));
}

const commandColumns = [
  { title: 'COMMAND' },
  { title: 'EFFECT' },
  { title: 'PARAMETERS', flexible: true },
  { title: '', flexible: true },
] as const;

function commandRow([name, spec]: readonly [string, CommandSpec]): readonly string[] {
  return [name, spec.effect, signature(spec), spec.summary];
}

/** The parameters; those in brackets can be left out. */
function signature({ params }: CommandSpec): string {
  const required = new Set(requiredOf(params));
  return [...propertiesOf(params).keys()].map((key) => (required.has(key) ? key : `[${key}]`)).join(' ');
}

const lockColumns = [
  { title: 'INTERLOCK' },
  { title: 'NOW' },
  { title: 'HOLDS WHILE', flexible: true },
  { title: '', flexible: true },
] as const;

function lockRow({ name, satisfied, unless, problem }: InterlockView): readonly string[] {
  return [name, satisfied ? 'allows' : 'forbids', unless, problem ?? ''];
}
