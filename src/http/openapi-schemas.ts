import type { CommandError } from '../store/record.ts';
import type { DeviceError, InputError, NotSentReason, Outcome } from '../errors.ts';
import { accessSchemas } from './openapi-access-schemas.ts';
import { auditSchemas } from './openapi-audit-schemas.ts';
import { alarmSchemas } from './openapi-alarm-schemas.ts';
import { discoverySchemas } from './openapi-discovery-schemas.ts';
import { deviceSchemas, simulated } from './openapi-device-schemas.ts';
import { interlockSchemas } from './openapi-interlock-schemas.ts';
import { historySchemas } from './openapi-history-schemas.ts';
import { traceSchemas } from './openapi-trace-schemas.ts';
import {
  arrayOf,
  choice,
  closedObject,
  count,
  type Described,
  flag,
  type Json,
  links,
  mapOf,
  nullable,
  ref,
  text,
} from './openapi-json.ts';
import { command, commandSchemas } from './openapi-command-schemas.ts';
import { meSchemas } from './openapi-me-schemas.ts';
import { leaseSchemas } from './openapi-lease-schemas.ts';
import { modelSchemas } from './openapi-model-schemas.ts';
import { sendingSchemas } from './openapi-sending.ts';
import { portSchemas } from './openapi-port-schemas.ts';
import { simulatorSchemas } from './openapi-simulator-schemas.ts';
import { streamSchemas } from './stream/schemas.ts';
import { wotSchemas } from './wot/schemas.ts';
import { configSchemas } from './openapi-config-schemas.ts';
import { webhookSchemas } from './openapi-webhook-schemas.ts';
import { type Problem, problemTypes } from './problem.ts';

const outcomes: Readonly<Record<Outcome, string>> = {
  succeeded: 'the declared confirmation was reached',
  refused: 'the device said no; nothing changed',
  failed: 'the device tried and failed, or a read got no valid answer',
  'not-sent': 'proven that no byte left',
  unknown: 'anything else after the first byte; never repeated by this service',
};
const reasons: Readonly<Record<NotSentReason, string>> = {
  expired: 'the deadline passed first',
  cancelled: 'it was withdrawn',
  superseded: 'a newer one took its place',
  stopped: 'the device was stopped',
  forbidden: 'who asked lacks a scope, or no longer has it',
  leased: 'somebody else holds the lease, or its own has ended',
  interlocked: 'an interlock forbade it',
  offline: 'the device was not there',
  unrecorded: 'it could not be put on record',
  shutdown: 'the service was ending',
  fault: 'the value does not fit, the device is known not to take it now, or the driver failed',
};
const code = ref('ErrorCode');
const reached = nullable(ref('Confirmation'));
const path: Json = { type: 'string', format: 'uri-reference' };

const problem: Described<Problem> = {
  type: { ...path, description: 'A page of this service that explains the code.' },
  title: text('The code in words.'),
  status: { type: 'integer', minimum: 400, maximum: 599, description: 'The HTTP status.' },
  detail: text('What happened, for the person who has to act on it.'),
  instance: { ...path, description: 'The command that failed.' },
  code,
  outcome: ref('Outcome'),
  reason: ref('NotSentReason'),
  retryable: flag('Whether trying again later is safe and may succeed.'),
  commandId: text('Of the command that failed; `instance` leads to it.'),
  simulated: flag('Whether the device that was meant is a simulated one.'),
  device: ref('DeviceError'),
  errors: { ...arrayOf(ref('InputError')), description: 'What is wrong with the request, bounded.' },
};
const deviceError: Described<DeviceError> = { code: text('Its own code.'), text: text('Its own words.') };
const inputError: Described<InputError> = {
  pointer: text('JSON pointer (RFC 6901) to what is wrong, the offending key included.'),
  detail: text('What is wrong with it.'),
  source: text('The file that it stands in, or what else it was set by; for what is wrong in a configuration.'),
  line: { type: 'integer', minimum: 1, description: 'In that file.' },
  column: { type: 'integer', minimum: 1, description: 'In that line.' },
};
const commandError: Described<CommandError> = { code, detail: problem.detail, device: ref('DeviceError') };

const stopResult = {
  id: command.id,
  device: text('The device’s id.'),
  stopped: { const: true, description: 'The device is latched, whatever the outcome.' },
  simulated,
  outcome: ref('Outcome'),
  confirmation: reached,
  recorded: flag('It is on record. A stop does not wait for its record, and holds without one.'),
  error: { ...ref('Problem'), description: 'Why the device may not be safe.' },
  links: links('self', 'device'),
};

const live = { status: { const: 'ok' }, version: text('Of the service.') };
const status = choice({ ok: 'all is well', unavailable: '`detail` says why' });
const part = closedObject({ status, detail: text('What is wrong, and what to do.') }, ['detail']);
const ready = {
  ...live,
  status: choice({ ok: 'commands are taken', unavailable: 'commands are refused; stops and reads work' }),
  devices: mapOf(count('Devices in this state.'), 'How many devices are in which state.'),
  journal: part,
  keys: { ...part, description: 'API keys. Where they cannot be read nobody signs in with one.' },
  insecure: flag(
    'There are no credentials, and not only this machine reaches the service: anyone can move the devices.',
  ),
  degraded: arrayOf(closedObject({ code: text('What it is about.'), detail: text('What is wrong, and what to do.') })),
  index: { ...part, description: 'What looks commands up: without it commands are taken all the same.' },
  audit: { ...part, description: 'What takes down what is done, by whom.' },
};

/** The schemas that do not depend on what is attached. */
export const commonSchemas = {
  ...meSchemas,
  ...deviceSchemas,
  ...leaseSchemas,
  ...modelSchemas,
  ...sendingSchemas,
  ...interlockSchemas,
  ...alarmSchemas,
  ...webhookSchemas,
  ...configSchemas,
  ...accessSchemas,
  ...auditSchemas,
  ...historySchemas,
  ...traceSchemas,
  ...portSchemas,
  ...discoverySchemas,
  ...simulatorSchemas,
  ...wotSchemas,
  ...commandSchemas,
  ...streamSchemas,
  Outcome: choice(outcomes),
  NotSentReason: choice(reasons),
  ErrorCode: { type: 'string', enum: Object.keys(problemTypes), description: 'One for each cause.' },
  CommandError: closedObject(commandError, ['device']),
  StopResult: {
    title: 'Stop result',
    description: 'What is known of one device’s stop.',
    ...closedObject(stopResult, ['error']),
  },
  StopResults: closedObject({
    items: arrayOf(ref('StopResult')),
    everything: flag('Whether every device is stopped, those that are added from now on included.'),
    left: count('Devices that were left as they are, since the caller may not stop them.'),
    notAllowed: {
      ...arrayOf({ type: 'string' }),
      description: 'The ids of those that were left, as far as the caller may read them.',
    },
  }),
  HealthLive: closedObject(live),
  LogLevel: closedObject(
    {
      level: text('The least severe level that is written.'),
      configured: text('What the configuration says.'),
      until: { type: 'string', format: 'date-time', description: 'When it goes back to that; absent where it stays.' },
    },
    ['until'],
  ),
  HealthReady: {
    description: 'Whoever may read nothing is told the status alone.',
    ...closedObject(ready, ['devices', 'journal', 'index', 'audit', 'keys', 'degraded']),
  },
  Problem: {
    title: 'Problem',
    description: 'RFC 9457 problem details.',
    ...closedObject(problem, ['instance', 'outcome', 'reason', 'commandId', 'simulated', 'device', 'errors']),
  },
  DeviceError: { description: 'The device’s own words.', ...closedObject(deviceError) },
  InputError: closedObject(inputError, ['source', 'line', 'column']),
} satisfies Record<string, Json>;

export type SchemaName = keyof typeof commonSchemas;
