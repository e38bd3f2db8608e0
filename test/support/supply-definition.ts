import { definitionDriver } from '../../drivers/declarative/driver.ts';
import { model } from '../../drivers/scpi-supply/model.ts';
import { definitionOf } from './definition.ts';

const number = { type: 'number' };
const boolean = { type: 'boolean' };

const verified = { confirmation: 'confirmed', verify: { tolerance: 0.001 } } as const;

/** What drivers/scpi-supply does, as a definition. */
export const supplyDefinition = definitionOf({
  name: 'defined-supply',
  options: {
    identity: { type: 'string' },
    replyTimeoutMs: { type: 'integer', default: 500 },
  },
  line: { outTerminator: '\\n', inTerminator: '\\n', quietMs: 250 },
  // IEEE 488.2 §10.14: four fields; no answer to anything else looks like it.
  identify: { send: '*IDN?', expect: '{identity:%/[^",;]+,[^",;]*/},{%*/[^",;]*,[^",;]*/}' },
  errorQueue: {
    exchange: {
      send: 'SYST:ERR?',
      expect: '{code:%d},"{text:%/(.*)"/}',
      // IEEE 488.2 §8.7.8: quotes within a string are doubled.
      rewrite: [{ pattern: '""', with: '"' }],
    },
    none: 0,
    maxEntries: 32,
    failed: [
      [-249, -240],
      [-399, -300],
      [1, 32_767],
    ],
  },
  properties: {
    'measured-voltage': { schema: number, pollMs: 500, read: { send: 'MEAS:VOLT?', expect: '{value:%f}' } },
    'measured-current': { schema: number, pollMs: 500, read: { send: 'MEAS:CURR?', expect: '{value:%f}' } },
    'measured-power': { schema: number, pollMs: 500, read: { send: 'MEAS:POW?', expect: '{value:%f}' } },
    'voltage-setpoint': {
      schema: number,
      pollMs: 2000,
      read: { send: 'VOLT?', expect: '{value:%f}' },
      write: { send: 'VOLT {value:%.6f}', spec: verified },
    },
    'current-setpoint': {
      schema: number,
      pollMs: 2000,
      read: { send: 'CURR?', expect: '{value:%f}' },
      write: { send: 'CURR {value:%.6f}', spec: verified },
    },
    'output-enabled': { schema: boolean, read: { send: 'OUTP?', expect: '{value:%d}' } },
  },
  commands: {
    'set-voltage': { params: { volts: number }, send: 'VOLT {volts:%.6f}', spec: { effect: 'idempotent' } },
    'set-current': { params: { amps: number }, send: 'CURR {amps:%.6f}', spec: { effect: 'idempotent' } },
    output: { params: { on: boolean }, send: 'OUTP {on:%{OFF|ON}}', spec: { effect: 'idempotent' } },
  },
  events: { 'device-error': model.events['device-error'].data },
  // What the supply then says of its output decides; an entry of the queue may be older, and only says why it is on.
  stop: {
    steps: [
      { send: 'OUTP OFF' },
      {
        send: 'OUTP?;:SYST:ERR?',
        expect: '0;{%*s}',
        errors: [{ match: '1;{code:%d},"{text:%s}"', outcome: 'failed' }],
      },
    ],
  },
  adapt: (definition, { replyTimeoutMs }) =>
    typeof replyTimeoutMs === 'number' ? { ...definition, line: { ...definition.line, replyTimeoutMs } } : definition,
});

export const definedSupply = definitionDriver(supplyDefinition);
