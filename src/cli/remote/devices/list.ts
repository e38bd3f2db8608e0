import type { DeviceFilter, DeviceView } from '../../../client/index.ts';
import type { Style } from '../output/paint.ts';
import type { Cell } from '../output/table.ts';
import { ago } from '../output/time.ts';
import type { Service } from '../service.ts';

const columns = [
  { title: 'DEVICE' },
  { title: 'STATE' },
  { title: 'MODEL', flexible: true },
  { title: 'CONNECTION', flexible: true },
  { title: 'LABELS', flexible: true },
  { title: 'SEEN' },
  { title: 'NOTE', flexible: true },
] as const;

export async function listDevices(filter: DeviceFilter, { lab, print }: Service): Promise<void> {
  const items = await lab.devices(filter);
  if (print.json) return print.document({ items });
  if (items.length === 0) return print.line('There are no such devices.');
  print.table(
    columns,
    items.map((device) => row(device, print.now)),
  );
}

function row(device: DeviceView, now: number): readonly Cell[] {
  return [
    { text: device.id, style: 'bold' },
    { text: device.state, style: stateStyle(device) },
    device.model,
    device.connection ?? '',
    labelsText(device.labels),
    ago(device.lastSeenAt, now),
    notesOf(device).join(', '),
  ];
}

export function labelsText(labels: DeviceView['labels']): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');
}

export function stateStyle({ state, stopped }: DeviceView): Style {
  if (stopped) return 'red';
  return state === 'ready' ? 'green' : state === 'disabled' ? 'dim' : 'yellow';
}

export function notesOf({ simulated, stopped, stoppedBy, detail }: DeviceView): readonly string[] {
  return [
    ...(simulated ? ['simulated'] : []),
    ...(stopped ? [stoppedBy === null ? 'stopped' : `stopped by ${stoppedBy}`] : []),
    ...(detail === undefined ? [] : [detail]),
  ];
}
