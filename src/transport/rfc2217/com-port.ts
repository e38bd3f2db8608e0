/** The commands of the Telnet Com Port Control Option (RFC 2217), as a client sends them. */

/** RFC 2217 §2 and §3. The server confirms with the same number and 100. */
export const commands = {
  setBaudRate: 1,
  setDataSize: 2,
  setParity: 3,
  setStopSize: 4,
  setControl: 5,
  flowControlSuspend: 8,
  flowControlResume: 9,
  purgeData: 12,
} as const;

/** What the server's number differs by. */
export const fromServer = 100;

export interface ComPortSettings {
  readonly baudRate: number;
  readonly dataBits: 5 | 6 | 7 | 8;
  readonly parity: 'none' | 'even' | 'odd' | 'mark' | 'space';
  readonly stopBits: 1 | 2;
  readonly flowControl: 'none' | 'software' | 'hardware';
  readonly dtr?: boolean | undefined;
  readonly rts?: boolean | undefined;
}

/** One command, and what its confirmation has to say. */
export interface ComPortCommand {
  readonly name: string;
  readonly command: number;
  readonly value: Uint8Array;
  /** Servers confirm modem lines and flow control loosely: another answer is told, and is no failure. */
  readonly loose: boolean;
}

/** RFC 2217 §2, SET-PARITY. */
const parities = { none: 1, odd: 2, even: 3, mark: 4, space: 5 } as const;
/** RFC 2217 §3, SET-CONTROL. */
const flows = { none: 1, software: 2, hardware: 3 } as const;
const dtrLines = { on: 8, off: 9 } as const;
const rtsLines = { on: 11, off: 12 } as const;

/** RFC 2217 §3, PURGE-DATA: both buffers of the server. */
export const purgeBoth: ComPortCommand = {
  name: 'purge',
  command: commands.purgeData,
  value: Uint8Array.of(3),
  loose: true,
};

/** Everything that sets a port up, in the order that RFC 2217 §2 recommends. */
export function setUp(settings: ComPortSettings): ComPortCommand[] {
  const { baudRate, dataBits, parity, stopBits, flowControl, dtr, rts } = settings;
  const baud = Buffer.alloc(4);
  baud.writeUInt32BE(baudRate);
  return [
    { name: 'baud rate', command: commands.setBaudRate, value: Uint8Array.from(baud), loose: false },
    one('data bits', commands.setDataSize, dataBits),
    one('parity', commands.setParity, parities[parity]),
    one('stop bits', commands.setStopSize, stopBits),
    control('flow control', flows[flowControl]),
    ...(dtr === undefined ? [] : [control('DTR', dtr ? dtrLines.on : dtrLines.off)]),
    ...(rts === undefined ? [] : [control('RTS', rts ? rtsLines.on : rtsLines.off)]),
  ];
}

function one(name: string, command: number, value: number): ComPortCommand {
  return { name, command, value: Uint8Array.of(value), loose: false };
}

function control(name: string, value: number): ComPortCommand {
  return { name, command: commands.setControl, value: Uint8Array.of(value), loose: true };
}

/** Whether a confirmation says what was asked for. Some servers append to it, so only its beginning counts. */
export function confirms({ value }: ComPortCommand, answer: Uint8Array): boolean {
  return value.every((byte, index) => answer[index] === byte);
}
