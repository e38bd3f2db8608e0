import type { DeviceDetailView } from '../../client/index.ts';
import { deviceShape, deviceWords } from './device-shape.ts';
import { comment, propertyKey, words } from './source-text.ts';

/** Devices that can do the same. */
interface Group {
  readonly shape: string;
  /** Sorted by id. */
  readonly devices: readonly DeviceDetailView[];
}

const head = `/**
 * What the devices of a service can do. Written by \`bellcrank client\`; write it anew when they change.
 *
 *     import { connect } from 'bellcrank/client';
 *     import type { Devices } from './devices.d.ts';
 *     const lab = connect<Devices>();
 */
`;

/** A module that declares what each device can do. The same devices are the same text, in whatever order they come. */
export function devicesModule(devices: readonly DeviceDetailView[]): string {
  const sorted = devices.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const byShape = Map.groupBy(sorted, deviceShape);
  const groups = [...byShape].map(([shape, alike]): Group => ({ shape, devices: alike }));
  const names = namesOf(groups);
  const nameOf = new Map(groups.flatMap((group) => group.devices.map(({ id }) => [id, names.get(group) ?? ''])));
  const list = sorted.map((device) => {
    const about = comment([deviceWords(device)], '  ');
    return `${about}  ${propertyKey(device.id)}: ${nameOf.get(device.id) ?? 'never'};\n`;
  });
  const interfaces = groups.map((group) => interfaceText(names.get(group) ?? '', group));
  const index = comment(['The devices, by id.'], '');
  return [`${head}\n${index}export interface Devices {\n${list.join('')}}\n`, ...interfaces].join('\n');
}

function interfaceText(name: string, { shape, devices }: Group): string {
  const ids = devices.slice(0, 10).map(({ id }) => id);
  const more = devices.length > ids.length ? ` and ${devices.length - ids.length} more` : '';
  const [first] = devices;
  return `${comment([`${words(first?.model)}: ${ids.join(', ')}${more}.`], '')}export interface ${name} ${shape}\n`;
}

/** After the model; where its devices differ, as by their limits, after the first device of each kind as well. */
function namesOf(groups: readonly Group[]): Map<Group, string> {
  const modelOf = ({ devices }: Group): string => pascalCase(devices[0]?.model ?? '');
  const byModel = Map.groupBy(groups, modelOf);
  const names = new Map<Group, string>();
  const taken = new Set(['Devices']);
  for (const group of groups) {
    const model = modelOf(group);
    const which = byModel.get(model)?.length === 1 ? '' : pascalCase(group.devices[0]?.id ?? '');
    const wanted = `${/^\p{L}/u.test(model) ? '' : '_'}${model}${which}Device`;
    let name = wanted;
    for (let number = 2; taken.has(name); number += 1) name = `${wanted}${number}`;
    taken.add(name);
    names.set(group, name);
  }
  return names;
}

function pascalCase(text: string): string {
  const parts = text.slice(0, 60).split(/[^\p{L}\p{Nd}]+/u);
  return parts.map((part) => part.slice(0, 1).toUpperCase() + part.slice(1)).join('');
}
