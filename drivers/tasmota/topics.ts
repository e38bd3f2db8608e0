/** How a device's topics are made. */
export interface Addressing {
  readonly topic: string;
  readonly fullTopic?: string | undefined;
  /** Prefix1 to Prefix3: commands, answers, telemetry. */
  readonly prefixes?: readonly [string, string, string] | undefined;
  /** What `%hostname%` and `%id%` stand for, where that is known. */
  readonly hostname?: string | undefined;
  readonly id?: string | undefined;
}

const firmwarePrefixes = ['cmnd', 'stat', 'tele'] as const;

/** The topics of one device (Tasmota docs, "MQTT", "FullTopic": `%prefix%` is `cmnd`, `stat` or `tele`). */
export class Topics {
  readonly cmnd: string;
  readonly stat: string;
  readonly tele: string;

  constructor({ topic, fullTopic = '%prefix%/%topic%/', prefixes = firmwarePrefixes, hostname, id }: Addressing) {
    const base = fullTopic.endsWith('/') ? fullTopic : `${fullTopic}/`;
    // Replaced by functions: a `$` in a topic is no pattern.
    const of = (prefix: string): string =>
      base
        .replaceAll('%prefix%', () => prefix)
        .replaceAll('%topic%', () => topic)
        .replaceAll('%hostname%', () => hostname ?? '%hostname%')
        .replaceAll('%id%', () => id ?? '%id%');
    [this.cmnd, this.stat, this.tele] = [of(prefixes[0]), of(prefixes[1]), of(prefixes[2])];
  }

  command(name: string): string {
    return `${this.cmnd}${name}`;
  }

  /** `stat/RESULT` for that topic of this device, whatever its FullTopic; undefined for any other. */
  nameOf(topic: string): string | undefined {
    if (topic.startsWith(this.stat)) return `stat/${topic.slice(this.stat.length)}`;
    if (topic.startsWith(this.tele)) return `tele/${topic.slice(this.tele.length)}`;
    return undefined;
  }

  /** Why they cannot be used, for what a device announced: a wildcard or an unknown token in them, say. */
  get problem(): string | undefined {
    const all = [this.cmnd, this.stat, this.tele];
    // oxlint-disable-next-line no-control-regex -- NUL is what may not be in a topic.
    if (all.some((base) => /[+#%\0]/.test(base))) return 'its topics hold wildcards or tokens that are not known';
    if (all.some((base) => base.startsWith('$') || base.length > 300)) return 'its topics are none of a device';
    if (new Set(all).size < 3) return 'its commands, answers and telemetry are not told apart by their topics';
    return undefined;
  }

  equals(other: Topics): boolean {
    return this.cmnd === other.cmnd && this.stat === other.stat && this.tele === other.tele;
  }
}
