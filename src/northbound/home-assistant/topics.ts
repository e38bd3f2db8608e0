/** Where the devices of one service say and hear what. */
export class Topics {
  readonly #base: string;

  constructor(base: string) {
    this.#base = base;
  }

  /** Whether the service is there, where no other convention says so. */
  get status(): string {
    return `${this.#base}/status`;
  }

  availability(device: string): string {
    return `${this.#base}/${device}/availability`;
  }
  property(device: string, slot: string): string {
    return `${this.#base}/${device}/properties/${slot}`;
  }
  setProperty(device: string, slot: string): string {
    return `${this.property(device, slot)}/set`;
  }
  command(device: string, slot: string): string {
    return `${this.#base}/${device}/commands/${slot}/set`;
  }
  stop(device: string): string {
    return `${this.#base}/${device}/stop/set`;
  }
  stopped(device: string): string {
    return `${this.#base}/${device}/stopped`;
  }
  event(device: string): string {
    return `${this.#base}/${device}/event`;
  }
  outcome(device: string): string {
    return `${this.#base}/${device}/outcome`;
  }

  /** Where wishes come in. */
  get filters(): readonly string[] {
    return [`${this.#base}/+/properties/+/set`, `${this.#base}/+/commands/+/set`, `${this.#base}/+/stop/set`];
  }

  /** What a topic of those asks for. */
  parse(topic: string): { device: string; what: 'property' | 'command' | 'stop'; slot: string } | undefined {
    if (!topic.startsWith(`${this.#base}/`)) return undefined;
    const [device = '', kind, slot = '', set] = topic.slice(this.#base.length + 1).split('/');
    if (kind === 'stop') return { device, what: 'stop', slot: '' };
    if (set !== 'set' || (kind !== 'properties' && kind !== 'commands')) return undefined;
    return { device, what: kind === 'properties' ? 'property' : 'command', slot };
  }
}
