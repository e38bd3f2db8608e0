import type { DefinitionSource } from '../../drivers/declarative/definition/definition.ts';
import { type Dialect, findingText, readDefinition } from '../../drivers/declarative/definition/dialect.ts';
import { understand } from '../../drivers/declarative/definition/read.ts';
import { definitionDriver } from '../../drivers/declarative/driver.ts';

/** What drivers/scpi-supply does, as a definition. */
const text = String.raw`
model: defined-supply
summary: Single-output bench supply that speaks SCPI-1999
manual: SCPI-1999; IEEE 488.2
transport: [serial, tcp]
options:
  identity: { type: string, default: 'BELLCRANK,SIM-SUPPLY' }
  replyTimeoutMs: { type: integer, default: 500 }
line: { outTerminator: '\n', inTerminator: '\n' }
# IEEE 488.2 §10.14: four fields; no answer to anything else looks like it.
identify: { send: '*IDN?', expect: '{identity:%/[^",;]+,[^",;]*/},{%*/[^",;]*,[^",;]*/}' }
errorQueue:
  send: 'SYST:ERR?'
  expect: '{code:%d},"{text:%/(.*)"/}'
  rewrite: [{ pattern: '""', with: '"' }] # IEEE 488.2 §8.7.8: quotes within a string are doubled
  failed: [[-249, -240], [-399, -300], [1, 32767]]
properties:
  measured-voltage: { schema: { type: number, unit: V }, pollMs: 500, read: { send: 'MEAS:VOLT?', expect: '{value:%f}' } }
  measured-current: { schema: { type: number, unit: A }, pollMs: 500, read: { send: 'MEAS:CURR?', expect: '{value:%f}' } }
  measured-power: { schema: { type: number, unit: W }, pollMs: 500, read: { send: 'MEAS:POW?', expect: '{value:%f}' } }
  voltage-setpoint:
    schema: { type: number, unit: V, minimum: 0, maximum: 30 }
    pollMs: 2000
    read: { send: 'VOLT?', expect: '{value:%f}' }
    write: { send: 'VOLT {value:%.6f}' }
    verify: { tolerance: 0.001 }
  current-setpoint:
    schema: { type: number, unit: A, minimum: 0, maximum: 5 }
    pollMs: 2000
    read: { send: 'CURR?', expect: '{value:%f}' }
    write: { send: 'CURR {value:%.6f}' }
    verify: { tolerance: 0.001 }
  output-enabled: { schema: { type: boolean }, read: { send: 'OUTP?', expect: '{value:%d}' } }
commands:
  set-voltage:
    effect: idempotent
    params: { volts: { type: number, unit: V, minimum: 0, maximum: 30 } }
    send: 'VOLT {volts:%.6f}'
  set-current:
    effect: idempotent
    params: { amps: { type: number, unit: A, minimum: 0, maximum: 5 } }
    send: 'CURR {amps:%.6f}'
  output: { effect: idempotent, params: { on: { type: boolean } }, send: 'OUTP {on:%{OFF|ON}}' }
# What the supply then says of its output decides; an entry of the queue may be older, and only says why it is on.
stop:
  summary: Output off
  steps:
    - { send: 'OUTP OFF' }
    - send: 'OUTP?;:SYST:ERR?'
      expect: '0;{%*s}'
      errors: [{ match: '1;{code:%d},"{text:%s}"', outcome: failed }]
`;

const dialects: readonly Dialect<DefinitionSource>[] = [{ understand }];

function read(): DefinitionSource {
  const { result, findings } = readDefinition({ name: 'supply.yaml', text }, () => undefined, dialects);
  if (result === undefined) throw new Error(findings.map(findingText).join('\n'));
  return result;
}

/** The time that a face gives its supply is no matter of a definition's, but of the machine that runs the test. */
function timed(source: DefinitionSource): DefinitionSource {
  return {
    ...source,
    compile(options) {
      const definition = source.compile(options);
      const { replyTimeoutMs } = definition.options;
      return { ...definition, line: { ...definition.line, replyTimeoutMs: Number(replyTimeoutMs) } };
    },
  };
}

export const definedSupply = definitionDriver(timed(read()));
