import { answerWith, Http } from './http/http.ts';
import { Device, type LabParts } from './lab/device.ts';
import { DeviceNames } from './lab/device-names.ts';
import { commandPath } from './lab/path.ts';
import type { AnyDevices, Shapes } from './lab/shape.ts';
import { commandOf, endOf, type WaitOptions } from './lab/waiting.ts';
import { type ConnectOptions, type Settings, settingsOf } from './settings.ts';
import type { StreamEvent } from './stream/events.ts';
import { follow, type StreamFilter, type StreamOptions } from './stream/stream.ts';
import type { CommandView, DeviceState, DeviceView, Outcome, Page, StopsView } from './types.ts';

type Only = { readonly signal?: AbortSignal | undefined };

export interface DeviceFilter extends Only {
  /** `room` or `room=lab`. */
  readonly label?: string | undefined;
  readonly model?: string | undefined;
  readonly state?: DeviceState | undefined;
}

export interface CommandFilter extends Only {
  readonly device?: string | undefined;
  /** Its own name, `write:` and a property’s, or `stop`. */
  readonly command?: string | undefined;
  readonly by?: string | undefined;
  readonly outcome?: Outcome | undefined;
  /** Accepted at this time or later. */
  readonly from?: Date | string | undefined;
  /** Accepted before this time. */
  readonly to?: Date | string | undefined;
  /** 1 to 500; 100 by default. */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly cursor?: string | undefined;
}

/** A running service. `Devices` says what each of its devices can do. */
export class Lab<Devices extends Shapes<Devices> = AnyDevices> {
  /** For what has no method here: any request, with the same errors. */
  readonly http: Http;
  readonly #parts: LabParts;

  constructor({ clock, random, timeoutMs, ...settings }: Settings) {
    const http = new Http({ ...settings, clock, random, timeoutMs });
    const stream: LabParts['follow'] = (filter, options) => follow({ http, clock, random, timeoutMs }, filter, options);
    this.http = http;
    this.#parts = { http, clock, timeoutMs, names: new DeviceNames(http), follow: stream };
  }

  /** Nothing is asked of the service before something is done with it. */
  device<Id extends keyof Devices & string>(id: Id): Device<Devices[Id]> {
    return new Device(this.#parts, id);
  }

  /** All of them, sorted by id. */
  async devices({ signal, ...filter }: DeviceFilter = {}): Promise<readonly DeviceView[]> {
    const items: DeviceView[] = [];
    let cursor: string | undefined;
    do {
      const query = { ...filter, limit: 500, cursor };
      const { body } = await this.http.request<Page<DeviceView>>('GET', '/v1/devices', { query, signal });
      items.push(...body.items);
      cursor = body.next;
    } while (cursor !== undefined);
    return items;
  }

  /** What became of a command. */
  command(id: string, { signal }: Only = {}): Promise<CommandView> {
    return commandOf(this.http, id, signal);
  }

  /** A command at its end, or as it stands after `waitMs`. */
  ended(id: string, options: WaitOptions = {}): Promise<CommandView> {
    return endOf(this.#parts, id, options);
  }

  /** A page of the latest ones, newest first. */
  async commands({ signal, from, to, ...filter }: CommandFilter = {}): Promise<Page<CommandView>> {
    const query = { ...filter, from: timeOf(from), to: timeOf(to) };
    return (await this.http.request<Page<CommandView>>('GET', '/v1/commands', { query, signal })).body;
  }

  /**
   * `withdrawn`: it has not left, and will not. `asked`: it has left, and its device was asked to end it.
   * @throws BellcrankProblem `already-sent`
   */
  async cancel(id: string, { signal }: Only = {}): Promise<'withdrawn' | 'asked'> {
    const answer = await this.http.request<CommandView>('DELETE', commandPath(id), { signal });
    if (answer.status === 204) return 'withdrawn';
    answerWith(answer, 'id', 'state');
    return 'asked';
  }

  /**
   * Makes every device safe now that one may stop, and latches it: all of them only if `everything` says so. What is known
   * of each is in the answer: look at its `outcome`.
   */
  async stop({ signal }: Only = {}): Promise<StopsView> {
    const answer = await this.http.request<StopsView>('POST', '/v1/stop', { signal });
    return answerWith(answer, 'items', 'everything').body;
  }

  /** Releases every latch. */
  async release({ signal }: Only = {}): Promise<void> {
    await this.http.request('DELETE', '/v1/stop', { signal });
  }

  /**
   * What happens, as it happens. It connects again by itself and resumes; what cannot be resumed is told by `gap`, and by the
   * snapshots after it.
   * @throws BellcrankProblem when the service refuses for good
   */
  stream(filter: StreamFilter = {}, options: StreamOptions = {}): AsyncIterable<StreamEvent> {
    return this.#parts.follow(filter, options);
  }
}

/**
 * A running service. With the types that `bellcrank client` prints, what a device cannot do does not compile:
 * `connect<Devices>({ url })`.
 */
export function connect<Devices extends Shapes<Devices> = AnyDevices>(options: ConnectOptions = {}): Lab<Devices> {
  return new Lab(settingsOf(options));
}

/** RFC 3339. */
function timeOf(time: Date | string | undefined): string | undefined {
  return time instanceof Date ? time.toISOString() : time;
}
