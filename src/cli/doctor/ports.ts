import { access } from 'node:fs/promises';
import { messageOf } from '../../errors.ts';
import {
  holdersOf,
  leaveAlone,
  type ListPorts,
  permissionFor,
  type PortDescription,
  portLabel,
  portPath,
  type PortRoots,
  type PortSettings,
  realPathOf,
} from '../../transport/ports/index.ts';
import type { Finding } from './finding.ts';

/** A serial port as a connection names it. It is not opened: that would reset some devices. */
export async function checkPort(
  connection: string,
  settings: PortSettings,
  roots: PortRoots,
  list: ListPorts,
): Promise<Finding[]> {
  const about = { check: 'port', of: connection } as const;
  const { items } = await list(new Map());
  let path: string;
  try {
    path = await portPath(settings, roots);
    await access(path);
  } catch (error) {
    return [{ ...about, status: 'fail', detail: absence(settings, error), advice: whatThereIs(items) }];
  }
  const real = (await realPathOf(path)) ?? path;
  const port = items.find((each) => each.path === real);
  const { obstacle } = await permissionFor(real, roots);
  if (obstacle !== null) return [{ ...about, status: 'fail', detail: obstacle }];
  const holders = (await holdersOf([real], roots)).get(real) ?? [];
  const others = holders.filter(({ pid }) => pid !== roots.pid);
  return [
    { ...about, status: 'ok', detail: `${path} is there and may be opened` },
    ...others.map(
      ({ pid, command }): Finding => ({
        ...about,
        status: 'warn',
        detail: `process ${pid}${command === null ? '' : ` (${command})`} has ${path} open`,
        advice: 'end it, unless it is the service itself: a port is for one program',
      }),
    ),
    ...(port === undefined ? [] : [...name(about, settings, port), ...modem(about, port)]),
  ];
}

function absence(settings: PortSettings, error: unknown): string {
  return settings.usb === undefined ? `there is no ${portLabel(settings)}` : messageOf(error);
}

function whatThereIs(ports: readonly PortDescription[]): string {
  const names = ports.slice(0, 8).map(({ byId, path }) => byId ?? path);
  return names.length === 0
    ? 'plug the device in; there are no serial ports at all'
    : `plug the device in, or name one that is there: ${names.join(', ')}`;
}

type About = Pick<Finding, 'check' | 'of'>;

function name(about: About, { path }: PortSettings, { byId }: PortDescription): Finding[] {
  if (path === undefined || byId === null || !/^\/dev\/tty(USB|ACM)\d+$/.test(path)) return [];
  const detail = `${path} is another device when the order of plugging in is another one`;
  return [{ ...about, status: 'warn', detail, advice: `name it ${byId}` }];
}

function modem(about: About, { path, usb, modemManagerMayProbe }: PortDescription): Finding[] {
  if (!modemManagerMayProbe || usb === null) return [];
  const detail = `ModemManager runs and may send AT commands to ${path}`;
  return [{ ...about, status: 'warn', detail, advice: leaveAlone(usb) }];
}
