import type { Command } from 'commander';
import { type ListPorts, machine, type PortDescription, type PortList, portLister } from '../transport/ports/index.ts';
import type { CliContext, ExitCode } from './context.ts';

export function addPorts(
  program: Command,
  { out }: Pick<CliContext, 'out'>,
  finish: (code: ExitCode) => void,
  ports: ListPorts = portLister(machine),
): void {
  program
    .command('ports')
    .description('list the serial ports of this machine, and what keeps one from being opened')
    .option('--json', 'as GET /v1/ports answers')
    .action(async ({ json }: { readonly json?: true }) => {
      const list = await ports(new Map());
      out(json === true ? `${JSON.stringify(list, null, 2)}\n` : portsText(list));
      finish(0);
    });
}

/** For people: a port a paragraph. What a device says of itself has no control characters any more. */
export function portsText({ items, modemManager }: PortList): string {
  if (items.length === 0) return 'There are no serial ports.\n';
  const probed = items.some(({ modemManagerMayProbe }) => modemManagerMayProbe);
  const warning =
    modemManager === null || !probed
      ? ''
      : `\nModemManager runs (process ${modemManager.pid}) and may talk to the ports marked so.\n`;
  return `${items.map(portText).join('\n')}${warning}`;
}

function portText(port: PortDescription): string {
  const { path, byId, byPath, usb, driver, heldBy, obstacle, modemManagerMayProbe } = port;
  const words = [usb?.manufacturer, usb?.product].filter((word) => typeof word === 'string').join(' ');
  const lines = [
    words === '' ? [] : [words],
    usb === null ? [] : [usbText(usb)],
    driver === null ? [] : [`kernel driver ${driver}`],
    [byId, byPath].filter((link) => link !== null),
    heldBy.map(({ pid, command }) => `in use by process ${pid}${command === null ? '' : ` (${command})`}`),
    obstacle === null ? [] : [obstacle],
    modemManagerMayProbe ? ['ModemManager may talk to it'] : [],
  ];
  return [path, ...lines.flat().map((line) => `  ${line}`), ''].join('\n');
}

/** As it stands in a configuration. */
function usbText({
  vendorId,
  productId,
  serialNumber,
  interface: number,
}: NonNullable<PortDescription['usb']>): string {
  const serial = serialNumber === null ? '' : `, serialNumber: '${serialNumber.replaceAll("'", "''")}'`;
  const which = number === null ? '' : `, interface: ${number}`;
  return `usb: { vendorId: '${vendorId}', productId: '${productId}'${serial}${which} }`;
}
