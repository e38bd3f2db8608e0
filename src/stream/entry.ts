export const streamTypes = [
  'property',
  'command',
  'event',
  'device',
  'simulator',
  'alarm',
  'lease',
  'candidate',
] as const;

export type StreamType = (typeof streamTypes)[number];

/** What an entry is about, for filters. */
export interface Subject {
  readonly device: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Something that happened, as it is handed in. */
export interface News {
  readonly type: StreamType;
  readonly device?: string | undefined;
  /** Of the device. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Whom else it concerns: other devices, or the same one with labels that it had before. */
  readonly others?: readonly Subject[] | undefined;
  /** The next one of its kind replaces it: whoever knows how things stand knows it. */
  readonly isState?: boolean;
  /** As clients see it; JSON data. */
  readonly data: object | Later;
}

/** Data that is made when somebody wants to read it. What it is made of must not change meanwhile. */
export abstract class Later {
  /** About how many characters of JSON it will have; so much it counts among what is kept. */
  abstract readonly characters: number;
  abstract make(): object;
}

/** Something that happened, as it is told. */
export interface StreamEntry {
  /** Grows from entry to entry, also from one process to the next: microseconds since 1970, or a little more. */
  readonly id: number;
  /** Wall clock, ms since 1970. */
  readonly at: number;
  readonly type: StreamType;
  readonly device: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** Everyone whom it concerns: the device, and others. Empty where it concerns no device. */
  readonly subjects: readonly Subject[];
  readonly isState: boolean;
  readonly data: object;
  /** `data`, serialised once for everybody. */
  readonly json: string;
  /** What it counts among what is kept, in characters. */
  readonly weight: number;
  /** The whole of it as a server-sent event, made when it is first needed. */
  readonly frame: Uint8Array;
}

/** The longest `data`; of a longer one the long parts are left out, and named. */
export const maxEntryCharacters = 262_144;
/** What of it is told in any case. */
const maxPartCharacters = 1024;

const noLabels = {};
const nobody: readonly Subject[] = [];

export class Entry implements StreamEntry {
  readonly id: number;
  readonly at: number;
  readonly type: StreamType;
  readonly device: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly isState: boolean;
  readonly weight: number;
  readonly #others: readonly Subject[];
  #subjects: readonly Subject[] | undefined;
  #later: Later | undefined;
  #json: string | undefined;
  #data: object | undefined;
  #isSettled = false;
  #frame: Uint8Array | undefined;

  constructor(id: number, at: number, news: News) {
    const { data } = news;
    this.id = id;
    this.at = at;
    this.type = news.type;
    this.device = news.device;
    this.labels = news.labels ?? noLabels;
    this.isState = news.isState ?? false;
    this.#others = news.others ?? nobody;
    if (data instanceof Later) this.#later = data;
    this.weight = data instanceof Later ? data.characters : this.#write(data).length;
  }

  get subjects(): readonly Subject[] {
    return (this.#subjects ??= this.#everyone());
  }

  get json(): string {
    return this.#json ?? this.#write(this.#later?.make() ?? {});
  }

  get data(): object {
    const { json } = this;
    return (this.#data ??= JSON.parse(json) as object);
  }

  /** It has been told: most of what is kept of it from now on is text, or what text is made of when somebody asks. */
  settle(): void {
    this.#isSettled = true;
    this.#data = undefined;
  }

  get frame(): Uint8Array {
    return (this.#frame ??= Buffer.from(frameOf(this.type, this.json, this.id)));
  }

  #everyone(): readonly Subject[] {
    const { device, labels } = this;
    return device === undefined ? this.#others : [{ device, labels }, ...this.#others];
  }

  #write(data: object): string {
    const whole = jsonOf(data);
    const told = whole.length > maxEntryCharacters ? shortened(data) : data;
    const json = told === data ? whole : jsonOf(told);
    this.#json = json;
    this.#later = undefined;
    if (!this.#isSettled) this.#data = told;
    return json;
  }
}

/** A server-sent event (HTML Standard §9.2.5); JSON has no line breaks of its own. */
export function frameOf(event: string, json: string, id?: number): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${json}\n\n`;
}

/** Whoever tells something must not fail because of what it is. */
function jsonOf(data: unknown): string {
  try {
    return JSON.stringify(data) ?? 'null';
  } catch {
    return '{"omitted":["*"]}';
  }
}

function shortened(data: object): object {
  const omitted: string[] = [];
  const kept = Object.entries(data).filter(([key, value]) => {
    const isShort = jsonOf(value).length <= maxPartCharacters;
    if (!isShort) omitted.push(key);
    return isShort;
  });
  return { ...Object.fromEntries(kept), omitted };
}
