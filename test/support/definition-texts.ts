/** Definitions of devices that do not exist, one for each way in which real ones differ. The manuals are made up too. */

/** Lines of text, replies to everything, error replies, a measured value that follows, another that is pushed. */
const bench = `
model: bench-supply
summary: A bench supply that answers everything
line: { outTerminator: "\\r\\n", inTerminator: "\\r\\n", replyTimeoutMs: 400, quietMs: 60 }
options:
  serial: { type: string, default: S-100 }
errors:
  - { match: 'ERR {code:%d}', texts: { '5': Out of range, '7': Locked } }
exchanges:
  status: { send: 'STAT?', expect: '{output:%{OFF|ON}},{mode:%{CV=constant-voltage|CC=constant-current}},{%*d}' }
identify: { send: 'ID?', expect: 'BENCH {serial:%s} {version:%[0-9.]}' }
stop: { summary: Output off, send: 'OUT 0', expect: OK }
properties:
  voltage-setpoint:
    schema: { type: number, unit: V, minimum: 0, maximum: 30 }
    read: { send: 'VSET?', expect: '{value:%.2f}' }
    write: { send: 'VSET {value:%.2f}', expect: OK }
    verify: { tolerance: 0.01 }
  measured-voltage:
    schema: { type: number, unit: V, minimum: 0, maximum: 40 }
    read: { send: 'VOUT?', expect: '{value:%.3f}' }
  output-enabled: { schema: { type: boolean }, read: { from: status, field: output } }
  mode:
    schema: { type: string, enum: [constant-voltage, constant-current] }
    read: { from: status, field: mode }
  temperature: { schema: { type: number, unit: °C, minimum: -20, maximum: 120 }, pushed: true }
commands:
  output:
    effect: idempotent
    params: { on: { type: boolean } }
    send: 'OUT {on:%{0|1}}'
    expect: OK
    verify: { property: output-enabled, param: on }
  energy:
    effect: read
    result: { wattHours: { type: number, minimum: 0 } }
    send: 'EN?'
    expect: 'EN={wattHours:%.1f}'
events: { alarm: { summary: Something is wrong, data: { code: { type: integer } } } }
unsolicited:
  - { match: 'T={value:%.1f}', report: temperature }
  - { match: 'ALARM {code:%d}', emit: alarm }
examples:
  - { send: 'ID?', reply: BENCH S-100 1.02, identify: true, manual: §1 }
  - { send: 'VSET?', reply: '5.00', read: { voltage-setpoint: 5 }, manual: §2.1 }
  - { send: 'VSET 12.00', reply: OK, write: { voltage-setpoint: 12 }, manual: §2.2 }
  - { send: 'VSET 12.00', reply: ERR 7, write: { voltage-setpoint: 12 }, error: '7', manual: §5 }
  - { send: 'STAT?', reply: 'ON,CC,3', read: { output-enabled: true, mode: constant-current }, manual: §2.3 }
  - { send: OUT 1, reply: OK, command: { output: { on: true } }, manual: §2.4 }
  - { send: 'EN?', reply: EN=12.5, command: { energy: {} }, result: { wattHours: 12.5 }, manual: §2.5 }
  - { reply: ALARM 3, event: { alarm: { code: 3 } }, manual: §6 }
simulator:
  initial: { version: '1.02', wattHours: 12.5, temperature: 25 }
  relations:
    measured-voltage: { follows: voltage-setpoint, when: output-enabled, timeConstantMs: 100, noise: 0.001 }
  refuse:
    - { on: 'write:voltage-setpoint', above: 29.5, code: '5' }
  pushes: [ { property: temperature, everyMs: 1000 } ]
  stop: { output-enabled: false }
`;

/** No terminators in either direction, no answers to what is set: the line's silence is all there is. */
const terse = `
model: terse-supply
line: { inTerminator: "", replyTimeoutMs: 400, interByteTimeoutMs: 25, quietMs: 60 }
identify: { send: '*IDN?', expect: 'TERSE{%*/[A-Z0-9.]+/}' }
stop: { summary: Output off, send: OUT0 }
properties:
  voltage-setpoint:
    schema: { type: number, unit: V, minimum: 0, maximum: 30 }
    read: { send: 'VSET1?', expect: '{value:%05.2f}' }
    write: { send: 'VSET1:{value:%.2f}' }
    verify: { tolerance: 0.01 }
  current-setpoint:
    schema: { type: number, unit: A, minimum: 0, maximum: 5 }
    read: { send: 'ISET1?', expect: '{value:%5.3f}' }
    write: { send: 'ISET1:{value:%.3f}' }
  flags: { schema: { type: integer, minimum: 0, maximum: 255 }, read: { send: 'STATUS?', expect: '{value:%1r}' } }
commands:
  output: { effect: idempotent, params: { on: { type: boolean } }, send: 'OUT{on:%{0|1}}' }
examples:
  - { send: '*IDN?', reply: TERSEPS3005V2.0, identify: true, manual: §1 }
  - { send: 'VSET1?', reply: '05.00', read: { voltage-setpoint: 5 }, manual: §2 }
  - { send: 'VSET1:12.00', write: { voltage-setpoint: 12 }, manual: §2 }
  - { send: 'STATUS?', reply: '\\x51', read: { flags: 81 }, manual: §3 }
  - { send: OUT1, command: { output: { on: true } }, manual: §4 }
simulator:
  sets: { output: { flags: { value: 81 } } }
  stop: { flags: 17 }
`;

/** No answer to what is set, and a queue of errors instead. */
const queued = `
model: queued-source
line: { outTerminator: "\\n", inTerminator: "\\n", replyTimeoutMs: 400, quietMs: 60 }
options:
  maker: { type: string, default: ACME }
identify: { send: '*IDN?', expect: '{maker:%[^,]},QS-1,{serial:%[^,]},{firmware:%s}' }
errorQueue: { send: 'SYST:ERR?', expect: '{code:%d},"{text:%[^"]}"', maxEntries: 5, failed: [[-399, -300]] }
stop: { summary: Output off, send: OUTP OFF }
properties:
  frequency:
    schema: { type: number, unit: kHz, minimum: 0.001, maximum: 20000 }
    scale: 0.001
    read: { send: 'FREQ?', expect: '{value:%f}' }
    write: { send: 'FREQ {value:%.0f}' }
  waveform:
    schema: { type: string, enum: [sine, square] }
    read: { send: 'FUNC?', expect: '{value:%{SIN=sine|SQU=square}}' }
    write: { send: 'FUNC {value:%{SIN=sine|SQU=square}}' }
commands:
  reset: { effect: actuate, send: '*RST' }
examples:
  - { send: '*IDN?', reply: 'ACME,QS-1,12345,1.0', identify: true, manual: §1 }
  - { send: 'FREQ?', reply: '1500', read: { frequency: 1.5 }, manual: §2 }
  - { send: FREQ 1500, write: { frequency: 1.5 }, manual: §2 }
  - { send: FUNC SQU, write: { waveform: square }, manual: §3 }
  - { send: '*RST', command: { reset: {} }, manual: §4 }
  - { send: 'SYST:ERR?', reply: '-222,"Data out of range"', manual: §5 }
simulator:
  initial: { frequency: 1 }
  sets: { reset: { frequency: { value: 1 }, waveform: { value: sine } } }
`;

/** Binary frames on a shared line: an address, a length, a checksum; counts in place of values. */
const framed = `
model: framed-controller
line: { reply: { lengthField: { offset: 1, size: 1, adds: 4 } }, replyTimeoutMs: 400, quietMs: 60 }
options:
  address: { type: integer, minimum: 1, maximum: 31, default: 1 }
address: '{address}'
frame: { send: '\\x7e{message}{%#<crc16-modbus>}', expect: '\\x7e{message}{%#<crc16-modbus>}' }
errors:
  - { match: '\\x03{address:%1r}\\xff{code:%1r}', texts: { '2': Illegal value } }
properties:
  setpoint:
    schema: { type: number, unit: °C, minimum: -50, maximum: 250 }
    scale: 0.1
    read: { send: '\\x01{address:%1r}\\x10', expect: '{length:%1r}{address:%1r}\\x10{value:%+2r}' }
    write: { send: '\\x03{address:%1r}\\x11{value:%+2r}', expect: '{length:%1r}{address:%1r}\\x11' }
  temperature:
    schema: { type: number, unit: °C, minimum: -50, maximum: 300 }
    scale: 0.1
    read: { send: '\\x01{address:%1r}\\x12', expect: '{length:%1r}{address:%1r}\\x12{value:%+2r}' }
commands:
  tune: { effect: actuate, params: { gain: { type: integer, minimum: 0, maximum: 65535 } }, send: '\\x03{address:%1r}\\x20{gain:%2r}', expect: '\\x02{address:%1r}\\x20' }
examples:
  - { send: '\\x7e\\x01\\x01\\x10\\x49\\x90', reply: '\\x7e\\x04\\x01\\x10\\x00\\xc8\\xfa\\x6a', read: { setpoint: 20 }, manual: §3 }
  - { send: '\\x7e\\x03\\x01\\x11\\x00\\xc8\\x1e\\x6a', reply: '\\x7e\\x02\\x01\\x11\\x78\\x50', write: { setpoint: 20 }, manual: §3 }
simulator:
  initial: { setpoint: 20 }
  relations: { temperature: { follows: setpoint, ratePerSecond: 5 } }
`;

/** A command line that repeats what is typed and prompts. */
const chatty = `
model: chatty-stage
line: { outTerminator: "\\r", inTerminator: "\\r\\n", echo: true, prompt: '>', replyTimeoutMs: 400, quietMs: 60 }
identify: { send: ver, expect: 'Stage {version:%d}' }
errors: [ { match: '?{text:%s}' } ]
properties:
  position:
    schema: { type: integer, minimum: 0, maximum: 1000 }
    read: { send: pos, expect: '{value:%d}' }
    write: { send: 'pos {value:%d}' }
commands:
  home:
    effect: actuate
    result: { took: { type: integer, minimum: 1 } }
    steps:
      - { send: home, expect: started }
      - { repeat: { send: busy, expect: '{busy:%d} {took:%d}', until: { busy: 0 }, everyMs: 10, withinMs: 2000 } }
  nudge: { effect: actuate, params: { by: { type: integer, minimum: -5, maximum: 5 } }, steps: [ { send: 'nudge {by:%d}' }, { send: go, expect: done } ] }
simulator:
  sets: { home: { position: { value: 0 } } }
`;

/** Two channels behind one selection, and replies of several frames. */
const channels = `
model: channel-meter
line: { outTerminator: "\\n", inTerminator: "\\n", replyTimeoutMs: 400, quietMs: 60 }
options: { channels: { type: integer, minimum: 1, maximum: 4, default: 2 } }
errors: [ { match: 'E{code:%d}' } ]
properties:
  limit-{channel}:
    each: { channel: [1, '{channels}'] }
    schema: { type: number, minimum: 0, maximum: 100 }
    read: { steps: [ { send: 'CH {channel:%d}', expect: OK }, { send: 'LIM?', expect: '{value:%.1f}' } ] }
    write: { steps: [ { send: 'CH {channel:%d}', expect: OK }, { send: 'LIM {value:%.1f}', expect: OK } ] }
  minimum: { schema: { type: number, minimum: -10, maximum: 10 }, read: { send: 'MM?', expect: ['MIN {value:%.2f}', 'MAX {%*f}'] } }
  maximum: { schema: { type: number, minimum: -10, maximum: 10 }, read: { send: 'MM?', expect: ['MIN {%*f}', 'MAX {value:%.2f}'] } }
simulator: { initial: { minimum: -1.5, maximum: 2.5 } }
`;

/** One byte of status whose bits are properties of their own, some of them settings. */
const flagged = `
model: flagged-supply
line: { outTerminator: "\\n", inTerminator: "\\n", replyTimeoutMs: 400, quietMs: 60 }
exchanges:
  status: { send: 'ST?', expect: 'S{flags:%1r}', reply: { bytes: 2 } }
properties:
  output-enabled:
    schema: { type: boolean }
    read: { from: status, field: flags, bit: 6 }
    write: { send: 'OUT {value:%{0|1}}', expect: OK }
    verify: {}
  constant-voltage: { schema: { type: boolean }, read: { from: status, field: flags, bit: 0 } }
  tracking:
    schema: { type: string, enum: [independent, series, parallel] }
    read: { from: status, field: flags, bits: [2, 3], values: { 0: independent, 1: series, 3: parallel } }
    write: { send: 'TRACK {value:%{independent|series|parallel}}', expect: OK }
    verify: {}
commands:
  lock: { effect: idempotent, params: { mode: { type: integer, minimum: 0, maximum: 1 } }, send: 'LOCK {mode:%d}', expect: OK }
examples:
  - { send: 'ST?', reply: 'S\\x4d', read: { output-enabled: true, constant-voltage: true, tracking: parallel }, manual: §2 }
  - { send: 'ST?', reply: 'S\\x84', read: { output-enabled: false, constant-voltage: false, tracking: series }, manual: §2 }
  - { send: OUT 1, reply: OK, write: { output-enabled: true }, manual: §3 }
  - { send: TRACK parallel, reply: OK, write: { tracking: parallel }, manual: §3 }
simulator:
  initial: { flags: 0xa1, tracking: series }
`;

/** By a word for what is special about each. */
export const definitionTexts = { bench, terse, queued, framed, chatty, channels, flagged };
