/** One event of a stream, as it came. */
export interface ParsedEvent {
  readonly type: string;
  readonly data: string;
  /** Of this event itself, not of one before it. */
  readonly id: string | undefined;
}

export interface ParserLimits {
  /** Characters of one line. */
  readonly line: number;
  /** Characters of one event’s data. */
  readonly data: number;
}

/** A snapshot of a device is tens of kilobytes; what is larger by far comes from something else. */
const defaults: ParserLimits = { line: 4_000_000, data: 8_000_000 };

/**
 * Server-sent events (WHATWG HTML §9.2.6) from text that comes in pieces. The byte order mark is the decoder’s to take away:
 * `TextDecoder` does.
 */
export class EventParser {
  /** How long to wait before connecting again, in ms, as the server last said. */
  retryMs: number | undefined;
  /** To resume after; set with the event that it belongs to. */
  lastEventId = '';
  readonly #limits: ParserLimits;
  #line = '';
  #afterCarriageReturn = false;
  #idBuffer = '';
  #id: string | undefined;
  #type = '';
  #data: string | undefined;

  constructor(limits: ParserLimits = defaults) {
    this.#limits = limits;
  }

  /** @throws RangeError when a line or an event is longer than it may be. */
  push(text: string): ParsedEvent[] {
    const events: ParsedEvent[] = [];
    let rest = this.#afterCarriageReturn && text.startsWith('\n') ? text.slice(1) : text;
    if (text !== '') this.#afterCarriageReturn = text.endsWith('\r');
    for (;;) {
      const end = rest.search(/[\r\n]/);
      if (end === -1) break;
      const event = this.#take(this.#line + rest.slice(0, end));
      this.#line = '';
      if (event !== undefined) events.push(event);
      rest = rest.slice(rest.startsWith('\r\n', end) ? end + 2 : end + 1);
    }
    this.#line += rest;
    this.#check(this.#line.length, this.#limits.line, 'a line');
    return events;
  }

  /** A connection has ended: what was not complete is dropped, and what comes next is a new stream. */
  reset(): void {
    this.#line = '';
    this.#afterCarriageReturn = false;
    this.#idBuffer = this.lastEventId;
    this.#id = undefined;
    this.#type = '';
    this.#data = undefined;
  }

  #take(line: string): ParsedEvent | undefined {
    this.#check(line.length, this.#limits.line, 'a line');
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return undefined;
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    this.#field(field, value);
    return undefined;
  }

  #field(field: string, value: string): void {
    if (field === 'data') {
      this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
      this.#check(this.#data.length, this.#limits.data, 'an event');
    } else if (field === 'event') this.#type = value;
    else if (field === 'id') this.#identify(value);
    else if (field === 'retry' && /^[0-9]{1,9}$/.test(value)) this.retryMs = Number(value);
  }

  #identify(value: string): void {
    if (value.includes('\0')) return;
    this.#idBuffer = value;
    this.#id = value;
  }

  #dispatch(): ParsedEvent | undefined {
    this.lastEventId = this.#idBuffer;
    const [type, data, id] = [this.#type, this.#data, this.#id];
    this.#type = '';
    this.#data = undefined;
    this.#id = undefined;
    // Without any data it is no event; with an empty line of it the specification drops it as well.
    if (data === undefined || data === '') return undefined;
    return { type: type === '' ? 'message' : type, data, id };
  }

  #check(length: number, limit: number, what: string): void {
    if (length > limit) throw new RangeError(`${what} of the stream is longer than ${limit} characters`);
  }
}
