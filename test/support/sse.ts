import { get, type IncomingMessage } from 'node:http';

/** One server-sent event, or what else stands in the stream. */
export interface Told {
  readonly id: string | undefined;
  readonly event: string | undefined;
  /** Parsed; undefined where there is none. */
  readonly data: unknown;
  readonly comments: readonly string[];
}

/** A reader of server-sent events (HTML Standard §9.2.6), over a real connection. */
export class SseReader {
  readonly told: Told[] = [];
  readonly response: IncomingMessage;
  #rest = '';
  #ended = false;
  #news: () => void = () => {};

  constructor(response: IncomingMessage) {
    this.response = response;
    response.setEncoding('utf8');
    response.on('data', (text: string) => this.#take(text));
    response.on('error', () => {});
    response.on('close', () => {
      this.#ended = true;
      this.#news();
    });
  }

  get isOver(): boolean {
    return this.#ended;
  }
  /** The last id that was told, by an event or by a heartbeat. */
  get lastId(): string | undefined {
    return this.told.findLast(({ id }) => id !== undefined)?.id;
  }
  /** Those of one name, or of all. */
  events(name?: string): Told[] {
    return this.told.filter(({ event }) => event !== undefined && (name === undefined || event === name));
  }
  /** The data of all events of one name. */
  data<T = Readonly<Record<string, unknown>>>(name: string): T[] {
    return this.events(name).map(({ data }) => data as T);
  }

  /** How each device stood. */
  snapshots(): { readonly device: { readonly id: string } }[] {
    const all = this.data<{ kind: string; device: { id: string } }>('snapshot');
    return all.filter(({ kind }) => kind === 'device');
  }

  /** Waits until something is so; whoever waits in vain is ended by the test's own time. */
  async until(condition: (reader: this) => boolean): Promise<void> {
    while (!condition(this)) {
      if (this.#ended) throw new Error(`the stream ended after ${JSON.stringify(this.told.slice(-3))}`);
      await new Promise<void>((resolve) => (this.#news = resolve));
    }
  }

  /** Resolves when the connection is over. */
  async over(): Promise<void> {
    while (!this.#ended) await new Promise<void>((resolve) => (this.#news = resolve));
  }

  close(): void {
    this.response.destroy();
  }

  #take(text: string): void {
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) this.told.push(parsed(block));
    this.#news();
  }
}

function parsed(block: string): Told {
  const lines = block.split('\n');
  const field = (name: string): string | undefined =>
    lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  const data = field('data');
  return {
    id: field('id'),
    event: field('event'),
    data: data === undefined ? undefined : (JSON.parse(data) as unknown),
    comments: lines.filter((line) => line.startsWith(':')).map((line) => line.slice(2)),
  };
}

/** Follows the stream, or another one; `path` goes on from there. */
export async function follow(
  url: string,
  path = '',
  headers: Readonly<Record<string, string>> = {},
  stream = '/v1/stream',
): Promise<SseReader> {
  return await new Promise((resolve, reject) => {
    const request = get(`${url}${stream}${path}`, { headers, agent: false }, (response) => {
      if (response.statusCode === 200) resolve(new SseReader(response));
      else reject(new Error(`the stream answered ${response.statusCode}`));
    });
    request.on('error', reject);
  });
}
