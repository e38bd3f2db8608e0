import type { ByteConnection } from '../../src/transport/connection.ts';
import { memoryBytes } from '../../src/transport/memory.ts';
import { listenTcp } from './tcp.ts';

/** What a client has set, as RFC 2217 numbers it; 0 while it has set nothing. */
export interface ServedPort {
  baudRate: number;
  dataSize: number;
  /** 1 none, 2 odd, 3 even, 4 mark, 5 space. */
  parity: number;
  stopSize: number;
  /** 1 none, 2 XON/XOFF, 3 hardware. */
  flow: number;
  dtr: boolean;
  rts: boolean;
  purges: number;
}

/** What the server does otherwise than a good one. */
export interface ServerFaults {
  /** Options that it refuses: 0 binary, 44 the port's control. */
  readonly refuses?: readonly number[];
  /** Never answers anything. */
  readonly mute?: boolean;
  /** Confirms another baud rate than the one asked for. */
  readonly baudRate?: number;
  /** Confirms with these bytes behind the value, as sredird does. */
  readonly trailing?: readonly number[];
  /** Confirms SET-CONTROL with this value, whatever was asked. */
  readonly control?: number;
  /** Does not confirm PURGE-DATA. */
  readonly keeps?: boolean;
}

/** A serial server on loopback that speaks RFC 2217: the far end of the transport, written from the RFC alone. */
export interface Rfc2217Server {
  readonly host: string;
  readonly port: number;
  readonly settings: ServedPort;
  /** Telnet commands of clients, as they came: for tests that look at the negotiation. */
  readonly heard: string[];
  /** Called with the device's end of the serial line, once for each client. */
  onConnection(serve: (far: ByteConnection) => void): void;
  /** Sends a telnet command of the server's own to every client. */
  tell(...bytes: readonly number[]): void;
  close(): Promise<void>;
}

// RFC 854.
const SE = 240;
const SB = 250;
const WILL = 251;
const WONT = 252;
const DO = 253;
const DONT = 254;
const IAC = 255;
// RFC 856, RFC 858, RFC 2217.
const BINARY = 0;
const SUPPRESS_GO_AHEAD = 3;
const COM_PORT_OPTION = 44;

const names: Readonly<Record<number, string>> = { [WILL]: 'WILL', [WONT]: 'WONT', [DO]: 'DO', [DONT]: 'DONT' };

export async function serveRfc2217(faults: ServerFaults = {}): Promise<Rfc2217Server> {
  const listener = await listenTcp();
  const settings: ServedPort = {
    baudRate: 0,
    dataSize: 0,
    parity: 0,
    stopSize: 0,
    flow: 0,
    dtr: true,
    rts: true,
    purges: 0,
  };
  const heard: string[] = [];
  const clients = new Set<Client>();
  let serve: (far: ByteConnection) => void = () => {};
  listener.onConnection((socket) => {
    const { near, far } = memoryBytes('serial line');
    const client = new Client(socket, near, { settings, heard, faults });
    clients.add(client);
    void socket.closed.then(() => {
      clients.delete(client);
      void near.close();
    });
    serve(far);
  });
  return {
    host: listener.host,
    port: listener.port,
    settings,
    heard,
    onConnection(handler) {
      serve = handler;
    },
    tell(...bytes) {
      for (const client of clients) client.send(bytes);
    },
    close: () => listener.close(),
  };
}

interface ClientParts {
  readonly settings: ServedPort;
  readonly heard: string[];
  readonly faults: ServerFaults;
}

/** One client's telnet stream, byte by byte, and the serial line behind it. */
class Client {
  readonly #socket: ByteConnection;
  readonly #parts: ClientParts;
  readonly #on = new Set<string>();
  #command: number[] = [];

  constructor(socket: ByteConnection, line: ByteConnection, parts: ClientParts) {
    this.#socket = socket;

    this.#parts = parts;
    socket.onData((chunk) => {
      const data: number[] = [];
      for (const byte of chunk) this.#take(byte, data);
      if (data.length > 0) void line.write(Uint8Array.from(data)).catch(() => {});
    });
    // From the device: 255 is doubled (RFC 854, "the IAC need be doubled").
    line.onData((chunk) => this.send([...chunk].flatMap((byte) => (byte === IAC ? [IAC, IAC] : [byte]))));
  }

  send(bytes: readonly number[]): void {
    this.#socket.write(Uint8Array.from(bytes)).catch(() => {});
  }

  #take(byte: number, data: number[]): void {
    if (this.#command.length === 0 && byte !== IAC) {
      data.push(byte);
      return;
    }
    this.#command.push(byte);
    const [, verb, ...rest] = this.#command;
    if (verb === undefined) return;
    if (verb === SB) {
      if (!isWhole(rest)) return;
      this.#command = [];
      return this.#subnegotiation(unescaped(rest.slice(0, -2)));
    }
    if (verb >= WILL && verb <= DONT && rest.length === 0) return;
    this.#command = [];
    if (verb === IAC) data.push(IAC);
    else if (verb >= WILL && verb <= DONT) this.#negotiate(verb, rest[0] ?? 0);
  }

  /** RFC 854: a request to be in a state that one is in already is not answered. */
  #negotiate(verb: number, option: number): void {
    const { heard, faults } = this.#parts;
    heard.push(`${names[verb]} ${option}`);
    if (faults.mute === true) return;
    const known = [BINARY, SUPPRESS_GO_AHEAD, COM_PORT_OPTION].includes(option);
    const agreed = known && faults.refuses?.includes(option) !== true;
    const key = `${verb} ${option}`;
    if (verb === DONT || verb === WONT || this.#on.has(key)) return;
    if (agreed) this.#on.add(key);
    if (verb === WILL) this.send([IAC, agreed ? DO : DONT, option]);
    else this.send([IAC, agreed ? WILL : WONT, option]);
  }

  #subnegotiation([option, command, ...value]: readonly number[]): void {
    const { heard, faults } = this.#parts;
    if (option !== COM_PORT_OPTION || command === undefined) return;
    heard.push(`SB ${command}: ${value.join(' ')}`);
    if (faults.mute === true) return;
    const answer = this.#execute(command, value);
    if (answer === undefined) return;
    const all = [...answer, ...(faults.trailing ?? [])].flatMap((byte) => (byte === IAC ? [IAC, IAC] : [byte]));
    // RFC 2217 §2: the server's commands are the client's and 100.
    this.send([IAC, SB, COM_PORT_OPTION, command + 100, ...all, IAC, SE]);
  }

  /** The value in use afterwards, which is what a confirmation tells (RFC 2217 §2). */
  #execute(command: number, value: readonly number[]): readonly number[] | undefined {
    const { settings, faults } = this.#parts;
    const [first = 0] = value;
    switch (command) {
      case 1: {
        const asked = value.reduce((sum, byte) => sum * 256 + byte, 0);
        if (asked !== 0) settings.baudRate = faults.baudRate ?? asked;
        const { baudRate } = settings;
        return [24, 16, 8, 0].map((shift) => (baudRate >>> shift) & 255);
      }
      case 2:
        return [(settings.dataSize = first || settings.dataSize)];
      case 3:
        return [(settings.parity = first || settings.parity)];
      case 4:
        return [(settings.stopSize = first || settings.stopSize)];
      case 5:
        this.#control(first);
        return [faults.control ?? first];
      case 12:
        settings.purges++;
        return faults.keeps === true ? undefined : [first];
      default:
        return undefined;
    }
  }

  /** RFC 2217 §3, SET-CONTROL. */
  #control(value: number): void {
    const { settings } = this.#parts;
    if (value >= 1 && value <= 3) settings.flow = value;
    if (value === 8 || value === 9) settings.dtr = value === 8;
    if (value === 11 || value === 12) settings.rts = value === 11;
  }
}

/** Ends with IAC SE that is not the second half of a doubled IAC. */
function isWhole(bytes: readonly number[]): boolean {
  if (bytes.at(-1) !== SE || bytes.at(-2) !== IAC) return false;
  let iacs = 0;
  for (let at = bytes.length - 2; at >= 0 && bytes[at] === IAC; at--) iacs++;
  return iacs % 2 === 1;
}

function unescaped(bytes: readonly number[]): number[] {
  const plain: number[] = [];
  for (let at = 0; at < bytes.length; at++) {
    plain.push(bytes[at] ?? 0);
    if (bytes[at] === IAC) at++;
  }
  return plain;
}
