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
  readonly data: object;
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
  /** The whole of it as a server-sent event, made when it is first needed. */
  readonly frame: Uint8Array;
}

/** The longest `data`; of a longer one the long parts are left out, and named. */
export const maxEntryCharacters = 262_144;
/** What of it is told in any case. */
const maxPartCharacters = 1024;

const noLabels = {};

export class Entry implements StreamEntry {
  readonly id: number;
  readonly at: number;
  readonly type: StreamType;
  readonly device: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly subjects: readonly Subject[];
  readonly isState: boolean;
  readonly json: string;
  #data: object | undefined;
  #frame: Uint8Array | undefined;

  constructor(id: number, at: number, news: News) {
    const { type, device, labels = noLabels, others = [], data, isState = false } = news;
    this.id = id;
    this.at = at;
    this.type = type;
    this.device = device;
    this.labels = labels;
    this.subjects = device === undefined ? others : [{ device, labels }, ...others];
    this.isState = isState;
    const json = jsonOf(data);
    this.#data = json.length > maxEntryCharacters ? shortened(data) : data;
    this.json = this.#data === data ? json : jsonOf(this.#data);
  }

  get data(): object {
    return (this.#data ??= JSON.parse(this.json) as object);
  }

  /** It has been told: most of what is kept of it from now on is text. */
  settle(): void {
    this.#data = undefined;
  }

  get frame(): Uint8Array {
    return (this.#frame ??= Buffer.from(frameOf(this.type, this.json, this.id)));
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
