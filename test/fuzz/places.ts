import type { FuzzService } from './service.ts';

/** What the parameters of a path may be, each filling one that leads to something. */
export type Filling = Readonly<Record<string, string>>;

interface Named {
  readonly id: string;
  readonly name?: string;
}

/** What there is at the moment, by the beginning of the paths that lead to it. */
export class Places {
  readonly #service: FuzzService;
  readonly #ids = new Map<string, readonly string[]>();

  constructor(service: FuzzService) {
    this.#service = service;
  }

  /** Looks anew at what came by now. */
  async look(): Promise<void> {
    for (const list of ['alarms', 'commands', 'discovery', 'keys', 'simulators']) {
      const { items } = (await this.#service.ask('GET', `/v1/${list}`)).json as { items: Named[] };
      const ids = items.flatMap(({ id, name }) => (name === 'admin' || name === 'viewer' ? [] : [id]));
      this.#ids.set(
        list,
        ids.filter((id) => id !== this.#service.witness),
      );
    }
  }

  /** Every filling of a path with parameters. */
  of(path: string): readonly Filling[] {
    const [, , list = '', , , kind] = path.split('/');
    if (!path.includes('{')) return [{}];
    if (list === 'models') return this.#service.app.registry.drivers.map(({ model }) => ({ name: model.name }));
    if (list === 'webhooks') return [{ name: 'pager' }];
    if (list !== 'devices') return (this.#ids.get(list) ?? []).map((id) => ({ id }));
    return this.#devices().flatMap((device) => {
      const { id, model } = device;
      if (path.includes('/history/')) return Object.keys(model.properties).map((property) => ({ id, property }));
      if (!path.includes('{name}')) return [{ id }];
      const { properties, commands, events } = model;
      const named = { properties, actions: commands, events }[kind ?? ''] ?? properties;
      return Object.keys(named).map((name) => ({ id, name }));
    });
  }

  #devices() {
    return this.#service.app.registry.devices.filter(({ id }) => id !== this.#service.witness);
  }
}

/** The path with its parameters in their places, as they are sent. */
export function filled(path: string, filling: Filling, encode: (text: string) => string = encodeURIComponent): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encode(filling[name] ?? ''));
}
