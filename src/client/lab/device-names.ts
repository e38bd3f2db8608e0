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
  readonly #known = new Map<string, Promise<Keys | undefined>>();

  constructor(http: Http) {
    this.#http = http;
  }

  /**
   * The device's own name, by the key that a program has for it, or by itself. Whoever may not read the device has but its
   * own names.
   * @throws BellcrankProblem `command-not-found`, `property-not-found` or `not-found`, naming what there is
   */
  async nameOf(device: string, kind: NameKind, key: string): Promise<string> {
    const before = this.#known.get(device);
    const name = found(await this.#keysOf(device), kind, key);
    if (name !== undefined) return name;
    // It may describe itself otherwise by now.
    if (before !== undefined) this.#known.delete(device);
    const all = await this.#keysOf(device);
    const now = found(all, kind, key);
    if (now !== undefined) return now;
    const { code, what } = missing[kind];
    const list = [...(all?.[kind].keys() ?? [])].slice(0, 100).join(', ');
    const detail = `device ${device} has no ${what} ${JSON.stringify(key)}; it has ${list === '' ? 'none' : list}`;
    throw new BellcrankProblem({ code, status: 404, title: `There is no such ${what}`, detail });
  }

  #keysOf(device: string): Promise<Keys | undefined> {
    const known = this.#known.get(device);
    if (known !== undefined) return known;
    const asked = this.#ask(device).catch(unlessForbidden);
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

function found(all: Keys | undefined, kind: NameKind, key: string): string | undefined {
  if (all === undefined) return key;
  const keys = all[kind];
  return keys.get(key) ?? [...keys.values()].find((name) => name === key);
}

function unlessForbidden(error: unknown): undefined {
  if (!(error instanceof BellcrankProblem) || error.code !== 'forbidden') throw error;
}
