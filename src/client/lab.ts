import { type Answer, Http, type RequestOptions } from './http/http.ts';
import { type ConnectOptions, type Settings, settingsOf } from './settings.ts';
import type { StreamEvent } from './stream/events.ts';
import { follow, type StreamFilter, type StreamOptions } from './stream/stream.ts';

/** A running service. */
export class Lab {
  readonly http: Http;
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.http = new Http(settings);
  }

  /** What happens, as it happens; see `follow`. */
  stream(filter: StreamFilter = {}, options: StreamOptions = {}): AsyncIterable<StreamEvent> {
    const { clock, random, timeoutMs } = this.#settings;
    return follow({ http: this.http, clock, random, timeoutMs }, filter, options);
  }
}

export function connect(options: ConnectOptions = {}): Lab {
  return new Lab(settingsOf(options));
}

export type { Answer, RequestOptions };
