/** Telnet on the wire (RFC 854, options by RFC 855): commands are escaped by IAC, data that looks like one is doubled. */

export const iac = 255;
export const verbs = { will: 251, wont: 252, do: 253, dont: 254 } as const;
const sb = 250;
const se = 240;

/** RFC 856, RFC 858, RFC 2217. */
export const options = { binary: 0, suppressGoAhead: 3, comPort: 44 } as const;

export type Verb = (typeof verbs)[keyof typeof verbs];

export interface TelnetEvents {
  data(bytes: Uint8Array): void;
  verb(verb: Verb, option: number): void;
  /** What stands between SB and SE, unescaped. */
  subnegotiation(option: number, bytes: Uint8Array): void;
}

/** Subnegotiations are some bytes long (a signature is the longest); what is longer is dropped. */
const maxSubnegotiation = 512;

type State = 'data' | 'iac' | 'verb' | 'sub' | 'sub-iac';

/** Takes a telnet stream apart, whatever its chunks. Unknown commands are skipped, as RFC 854 has it. */
export class TelnetParser {
  readonly #events: TelnetEvents;
  #state: State = 'data';
  #verb: Verb = verbs.will;
  #data: number[] = [];
  #sub: number[] = [];

  constructor(events: TelnetEvents) {
    this.#events = events;
  }

  feed(chunk: Uint8Array): void {
    for (const byte of chunk) this.#take(byte);
    this.#flush();
  }

  #take(byte: number): void {
    switch (this.#state) {
      case 'data':
        if (byte === iac) this.#state = 'iac';
        else this.#data.push(byte);
        return;
      case 'iac':
        return this.#command(byte);
      case 'verb':
        this.#state = 'data';
        return this.#events.verb(this.#verb, byte);
      case 'sub':
        if (byte === iac) this.#state = 'sub-iac';
        else this.#keep(byte);
        return;
      case 'sub-iac':
        return this.#inSub(byte);
    }
  }

  #command(byte: number): void {
    this.#state = 'data';
    if (byte === iac) {
      this.#data.push(iac);
      return;
    }
    // What came before a command happened before it.
    this.#flush();
    if (byte === sb) {
      this.#sub = [];
      this.#state = 'sub';
    } else if (isVerb(byte)) {
      this.#verb = byte;
      this.#state = 'verb';
    }
  }

  #inSub(byte: number): void {
    this.#state = 'sub';
    if (byte === iac) return this.#keep(iac);
    this.#state = 'data';
    const [option, ...bytes] = this.#sub;
    this.#sub = [];
    if (byte === se && option !== undefined && bytes.length < maxSubnegotiation) {
      this.#events.subnegotiation(option, Uint8Array.from(bytes));
    }
  }

  #keep(byte: number): void {
    if (this.#sub.length <= maxSubnegotiation) this.#sub.push(byte);
  }

  #flush(): void {
    if (this.#data.length === 0) return;
    const data = Uint8Array.from(this.#data);
    this.#data = [];
    this.#events.data(data);
  }
}

function isVerb(byte: number): byte is Verb {
  return byte >= verbs.will && byte <= verbs.dont;
}

/** Data as it goes over the wire in binary mode: each 0xFF twice (RFC 854; RFC 856 keeps everything else as it is). */
export function escaped(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(iac)) return Uint8Array.from(bytes);
  return Uint8Array.from([...bytes].flatMap((byte) => (byte === iac ? [iac, iac] : [byte])));
}

export function negotiation(verb: Verb, option: number): Uint8Array {
  return Uint8Array.of(iac, verb, option);
}

export function subnegotiation(option: number, bytes: Uint8Array): Uint8Array {
  return Uint8Array.from([iac, sb, option, ...escaped(bytes), iac, se]);
}
