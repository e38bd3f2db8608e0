import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { PortRoots } from '../../src/transport/ports/index.ts';

export interface UsbPort {
  readonly name: string;
  /** Where it is plugged in: `1-1`, behind a hub `1-1.4`. */
  readonly at: string;
  readonly vendorId: string;
  readonly productId: string;
  readonly serialNumber?: string;
  readonly manufacturer?: string;
  readonly product?: string;
  readonly interface?: number;
  readonly driver: string;
  /** What the port's node leads to; by default a file of its own. */
  readonly node?: string;
}

/** A machine in a folder, laid out as Linux lays out sysfs, /dev, /proc and /etc. */
export class PortTree {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'bellcrank-ports-')));
  /** Paths that this process may not open. */
  readonly forbidden = new Set<string>();

  constructor() {
    for (const name of ['sys/class/tty', 'sys/bus', 'dev', 'proc', 'etc/udev/rules.d']) this.#folder(name);
    // What every Linux has and nobody wants listed: a virtual console, the PTY multiplexer, PTYs (not in sysfs at all).
    for (const name of ['tty0', 'ptmx'])
      this.#link(`sys/class/tty/${name}`, this.#folder(`sys/devices/virtual/tty/${name}`));
    this.#file('dev/pts/0', '');
    this.#file('proc/self-is-no-number', '');
  }

  get roots(): PortRoots {
    const at = (name: string): string => join(this.folder, name);
    return {
      sys: at('sys'),
      dev: at('dev'),
      proc: at('proc'),
      etc: at('etc'),
      pid: 1000,
      user: 'ada',
      mayOpen: (path) => Promise.resolve(!this.forbidden.has(path)),
    };
  }

  /** The path of a port. */
  dev(name: string): string {
    return join(this.folder, 'dev', name);
  }

  /** An adapter, or one port of it; a usb-serial driver has a device of its own below the interface, cdc_acm has not. */
  usb(port: UsbPort): this {
    const { name, at, driver, serialNumber } = port;
    const number = (port.interface ?? 0).toString(16).padStart(2, '0');
    const device = `sys/devices/pci0000:00/0000:00:14.0/usb1/${at}`;
    const inner = `${device}/${at}:1.${port.interface ?? 0}`;
    this.#file('sys/devices/pci0000:00/0000:00:14.0/usb1/idVendor', '1d6b\n');
    this.#file('sys/devices/pci0000:00/0000:00:14.0/usb1/idProduct', '0002\n');
    this.#file(`${device}/idVendor`, `${port.vendorId}\n`);
    this.#file(`${device}/idProduct`, `${port.productId}\n`);
    if (serialNumber !== undefined) this.#file(`${device}/serial`, `${serialNumber}\n`);
    if (port.manufacturer !== undefined) this.#file(`${device}/manufacturer`, `${port.manufacturer}\n`);
    if (port.product !== undefined) this.#file(`${device}/product`, `${port.product}\n`);
    this.#file(`${inner}/bInterfaceNumber`, `${number}\n`);
    this.#link(`${device}/driver`, this.#folder('sys/bus/usb/drivers/usb'));
    const bus = driver === 'cdc_acm' ? 'usb' : 'usb-serial';
    const own = driver === 'cdc_acm' ? inner : `${inner}/${name}`;
    this.#link(`${own}/driver`, this.#folder(`sys/bus/${bus}/drivers/${driver}`));
    this.#tty(name, own);
    const id = `usb-${port.manufacturer ?? port.vendorId}_${port.product ?? port.productId}`;
    const words = [id, ...(serialNumber === undefined ? [] : [serialNumber])]
      .join('_')
      .replaceAll(' ', '_')
      .slice(0, 100);
    this.#link(`dev/serial/by-id/${words}-if${number}-port0`, `../../${name}`);
    this.#link(`dev/serial/by-path/pci-0000:00:14.0-usb-0:${at}:1.${port.interface ?? 0}-port0`, `../../${name}`);
    this.#node(name, port.node);
    return this;
  }

  /** A UART of a PC; type 0 is a placeholder without hardware. */
  uart(name: string, type: number): this {
    const device = `sys/devices/pnp0/00:04/00:04:0/00:04:0.${name.slice(-1)}`;
    this.#link(`${device}/driver`, this.#folder('sys/bus/serial-base/drivers/port'));
    this.#link('sys/devices/pnp0/00:04/driver', this.#folder('sys/bus/pnp/drivers/serial'));
    this.#tty(name, device);
    this.#file(`${device}/tty/${name}/type`, `${type}\n`);
    this.#node(name);
    return this;
  }

  process(pid: number, command: string, opens: readonly string[] = []): this {
    this.#file(`proc/${pid}/comm`, `${command}\n`);
    for (const [index, path] of opens.entries()) this.#link(`proc/${pid}/fd/${index + 3}`, path);
    return this;
  }

  /** A lock as proc(5) writes it, on a port's own node. */
  locked(name: string, pid: number): this {
    const { dev, ino } = statSync(this.dev(name));
    const [major, minor] = [(dev >>> 8) & 0xfff, (dev & 0xff) | ((dev >>> 12) & 0xfff00)];
    const device = `${major.toString(16).padStart(2, '0')}:${minor.toString(16).padStart(2, '0')}`;
    this.#file('proc/locks', `1: FLOCK  ADVISORY  WRITE ${pid} ${device}:${ino} 0 EOF\n`);
    return this;
  }

  /** A TCP port that a process listens on, as proc(5) writes it. */
  listens(pid: number, port: number, inode = 4242): this {
    const address = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
    const line = `   0: ${address} 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1\n`;
    this.#file(
      'proc/net/tcp',
      `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n${line}`,
    );
    this.#link(`proc/${pid}/fd/99`, `socket:[${inode}]`);
    return this;
  }

  rules(text: string): this {
    this.#file('etc/udev/rules.d/99-mine.rules', text);
    return this;
  }

  /** What group(5) calls the group of a file here. */
  group(name: string, members = 'eve,bob'): this {
    this.#file('etc/group', `daemon:x:99999:\n${name}:x:${statSync(this.folder).gid}:${members}\n`);
    return this;
  }

  /** Takes a port away, as unplugging does. */
  unplug(name: string): this {
    rmSync(join(this.folder, 'sys/class/tty', name), { force: true });
    rmSync(this.dev(name), { force: true });
    return this;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  #tty(name: string, device: string): void {
    this.#link(`${device}/tty/${name}/device`, join(this.folder, device));
    this.#link(`sys/class/tty/${name}`, join(this.folder, device, 'tty', name));
  }

  #node(name: string, target?: string): void {
    if (target === undefined) this.#file(`dev/${name}`, '');
    else this.#link(`dev/${name}`, target);
  }

  #folder(name: string): string {
    const path = join(this.folder, name);
    mkdirSync(path, { recursive: true });
    return path;
  }

  #file(name: string, text: string): void {
    this.#folder(dirname(name));
    writeFileSync(join(this.folder, name), text);
  }

  #link(name: string, target: string): void {
    this.#folder(dirname(name));
    const path = join(this.folder, dirname(name), basename(name));
    rmSync(path, { force: true });
    symlinkSync(target, path);
  }
}
