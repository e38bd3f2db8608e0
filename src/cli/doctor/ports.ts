import { stat } from 'node:fs/promises';
import { messageOf } from '../../errors.ts';
import {
  type Holder,
  holdersOf,
  leaveAlone,
  obstacleTo,
  type PortDescription,
  type PortList,
  portLabel,
  portPath,
  type PortSettings,
  portText,
  realPathOf,
} from '../../transport/ports/index.ts';
import type { Finding } from './finding.ts';
import type { Host } from './host.ts';
import { whoText } from './listening.ts';

type About = Pick<Finding, 'check' | 'of'>;

const mostNamed = 8;

/** The serial port of a connection. It is not opened: that moves DTR, which resets some devices. */
export async function checkPort(
  connection: string,
  settings: PortSettings,
  service: ReadonlySet<number>,
  { items }: PortList,
  { roots }: Pick<Host, 'roots'>,
): Promise<Finding[]> {
  const about = { check: 'port', of: connection } as const;
  const found = await placeOf(settings, roots);
  if ('trouble' in found) return [{ ...about, status: 'fail', detail: found.trouble, advice: whatThereIs(items) }];
  const { path, real } = found;
  const obstacle = await obstacleTo(real, roots);
  const holders = (await holdersOf([real], roots)).get(real) ?? [];
  const port = items.find((each) => each.path === real);
  return [
    obstacle === undefined
      ? { ...about, status: 'ok', detail: `${path} is there and may be opened` }
      : { ...about, status: 'fail', detail: obstacle.detail, advice: obstacle.remedy },
    ...holders.filter(({ pid }) => pid !== roots.pid).map((holder) => held(about, path, holder, service)),
    ...(port === undefined ? [] : [...lasting(about, settings, port), ...modem(about, port)]),
  ];
}

/** Where it is now, under its name and as it is. */
async function placeOf(
  settings: PortSettings,
  roots: Host['roots'],
): Promise<{ path: string; real: string } | { trouble: string }> {
  try {
    const path = await portPath(settings, roots);
    if (!(await stat(path)).isDirectory()) return { path, real: (await realPathOf(path)) ?? path };
    return { trouble: `${path} is a folder` };
  } catch (error) {
    return { trouble: settings.usb === undefined ? `there is no ${portLabel(settings)}` : messageOf(error) };
  }
}

function whatThereIs(ports: readonly PortDescription[]): string {
  if (ports.length === 0) return 'plug the device in; there are no serial ports at all';
  const names = ports.slice(0, mostNamed).map((port) => port.byId ?? portText(port));
  return `plug the device in, or name one that is there: ${names.join('; ')}`;
}

function held(about: About, path: string, holder: Holder, service: ReadonlySet<number>): Finding {
  if (service.has(holder.pid)) {
    return { ...about, status: 'ok', detail: `the service has it open (process ${holder.pid})` };
  }
  const detail = `${whoText(holder)} has ${path} open`;
  return {
    ...about,
    status: 'fail',
    detail,
    advice: 'end it, or give the device another port: one is for one program',
  };
}

/** Kernel names go by the order of plugging in. */
function lasting(about: About, { path }: PortSettings, { byId, byPath }: PortDescription): Finding[] {
  const better = byId ?? byPath;
  if (path === undefined || better === null || !/\/tty(USB|ACM)\d+$/.test(path)) return [];
  const detail = `${path} may be another device after the next plugging in or start`;
  return [{ ...about, status: 'warn', detail, advice: `name it ${better}, or by usb: (bellcrank ports)` }];
}

function modem(about: About, { path, usb, modemManagerMayProbe }: PortDescription): Finding[] {
  if (!modemManagerMayProbe || usb === null) return [];
  const detail = `ModemManager runs and may send AT commands to ${path}`;
  return [{ ...about, status: 'warn', detail, advice: leaveAlone(usb) }];
}
