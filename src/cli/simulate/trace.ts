import type { WatchedEnd, WatchedMessage, WatchWire } from '../../../simulators/wire/watch.ts';
import type { Clock } from '../../clock.ts';
import { printable } from '../../errors.ts';
import { printEvent, printHeader, type RecordedEvent, type RecordingHeader } from '../../recording/index.ts';

/** Longest payload that is printed; of a longer one, its beginning. */
const maxBytes = 16 * 1024;

/** Most characters of a note. */
const maxNote = 2000;

type Timeless<E> = E extends RecordedEvent ? Omit<E, 'at' | 'device'> : never;

/**
 * Prints what passes as a recording, an event as it happens: what the client sends with `>`, what the simulated device
 * says with `<`. What else there is to say stands in comments, so that the output is a recording as it is.
 */
export class Trace {
  readonly #out: (text: string) => void;
  readonly #clock: Clock;
  readonly #began: number;

  constructor(header: RecordingHeader, clock: Clock, out: (text: string) => void) {
    this.#out = out;
    this.#clock = clock;
    this.#began = clock.monotonic();
    out(printHeader({ ...header, began: new Date(clock.now()).toISOString(), simulated: true }));
  }

  note(text: string): void {
    for (const line of text.slice(0, maxNote).split('\n')) this.#out(`# ${printable(line)}\n`);
  }

  /** Of one wire, under this name where there are several; its second client and further ones are told apart. */
  watch(name?: string): WatchWire {
    let clients = 0;
    const open = new Set<number>();
    return (label) => {
      const client = ++clients;
      const words = [name, open.size > 0 ? `client-${client}` : undefined].filter((word) => word !== undefined);
      open.add(client);
      const device = words.length > 0 ? { device: words.join('-') } : {};
      return this.#end(label.replace(/ \(far end\)$/, ''), device, () => open.delete(client));
    };
  }

  #end(label: string, device: { readonly device?: string }, gone: () => void): WatchedEnd {
    const print = (event: Timeless<RecordedEvent>): void => {
      this.#out(printEvent({ at: this.#clock.monotonic() - this.#began, ...event, ...device }));
    };
    print({ kind: 'wire', what: 'opened', detail: label });
    return {
      said: (what) => print(passed('heard', what)),
      heard: (what) => print(passed('sent', what)),
      ended: ({ lost }) => {
        gone();
        // A recording tells it from the other side, whose own end is not a loss.
        print({ kind: 'wire', what: lost ? 'closed' : 'lost' });
      },
    };
  }
}

function passed(kind: 'sent' | 'heard', what: Uint8Array | WatchedMessage): Timeless<RecordedEvent> {
  const whole = what instanceof Uint8Array ? what : what.payload;
  const bytes = whole.subarray(0, maxBytes);
  const cut = bytes.length < whole.length ? { cutFrom: whole.length } : {};
  if (what instanceof Uint8Array) return { kind, bytes, ...cut };
  return { kind, message: { ...what, payload: bytes }, ...cut };
}
