import type { Http } from '../http/http.ts';
import { BellcrankProblem } from '../http/problem.ts';
import { clientKeys } from '../names.ts';
import type { DeviceDetailView, ErrorCode } from '../types.ts';
import { devicePath } from './path.ts';

export type NameKind = 'commands' | 'properties' | 'events';

type Keys = Readonly<Record<NameKind, ReadonlyMap<string, string>>>;

/** Devices whose names are remembered; a service has no more, mostly. */
const maxDevices = 2000;

const missing: Readonly<Record<NameKind, { readonly code: ErrorCode; readonly what: string }>> = {
  commands: { code: 'command-not-found', what: 'command' },
  properties: { code: 'property-not-found', what: 'property' },
  events: { code: 'not-found', what: 'event' },
};

/** What devices call what a program calls otherwise. Each device is asked once, and again for a name that it had not. */
export class DeviceNames {
  readonly #http: Http;
  readonly #known = new Map<string, Promise<Keys>>();

  constructor(http: Http) {
    this.#http = http;
  }

  /**
   * The device's own name, by the key that a program has for it, or by itself.
   * @throws BellcrankProblem `command-not-found`, `property-not-found` or `not-found`, naming what there is
   */
  async nameOf(device: string, kind: NameKind, key: string): Promise<string> {
    const before = this.#known.get(device);
    const name = found((await this.#keysOf(device))[kind], key);
    if (name !== undefined) return name;
    // It may describe itself otherwise by now.
    if (before !== undefined) this.#known.delete(device);
    const keys = (await this.#keysOf(device))[kind];
    const now = found(keys, key);
    if (now !== undefined) return now;
    const { code, what } = missing[kind];
    const list = [...keys.keys()].slice(0, 100).join(', ');
    const detail = `device ${device} has no ${what} ${JSON.stringify(key)}; it has ${list === '' ? 'none' : list}`;
    throw new BellcrankProblem({ code, status: 404, title: `There is no such ${what}`, detail });
  }

  #keysOf(device: string): Promise<Keys> {
    const known = this.#known.get(device);
    if (known !== undefined) return known;
    const asked = this.#ask(device);
    if (this.#known.size >= maxDevices) this.#known.delete(this.#known.keys().next().value ?? '');
    this.#known.set(device, asked);
    asked.catch(() => this.#known.delete(device));
    return asked;
  }

  async #ask(device: string): Promise<Keys> {
    const { body } = await this.#http.request<DeviceDetailView>('GET', devicePath(device));
    const keys = (kind: NameKind): Map<string, string> => clientKeys(Object.keys(body[kind]));
    return { commands: keys('commands'), properties: keys('properties'), events: keys('events') };
  }
}

function found(keys: ReadonlyMap<string, string>, key: string): string | undefined {
  return keys.get(key) ?? [...keys.values()].find((name) => name === key);
}
