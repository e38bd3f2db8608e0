import type { CommandState } from '../store/record.ts';
import { simulated } from './openapi-device-schemas.ts';
import {
  choice,
  closedObject,
  count,
  type Json,
  links,
  mapOf,
  nullable,
  pageOf,
  ref,
  text,
  time,
} from './openapi-json.ts';

const states: Readonly<Record<CommandState, string>> = {
  queued: 'nothing has left',
  sent: 'it may have left',
  ended: '`outcome` says how',
};

const reached = nullable(ref('Confirmation'));

export const command = {
  id: { type: 'string', format: 'uuid', description: 'UUIDv7: ids sort by time.' },
  device: text('The device’s id.'),
  command: text('The command’s name, `write:` and the property’s, or `stop`.'),
  params: { description: 'As they were sent.' },
  state: choice(states),
  outcome: ref('Outcome'),
  reason: ref('NotSentReason'),
  confirmation: { ...reached, description: 'How far it is known to have come.' },
  result: { description: 'What the device answered, where the command has a result.' },
  error: ref('CommandError'),
  evidence: mapOf({ type: ['string', 'number', 'boolean', 'null'] }, 'What the device said, as it came.'),
  resolvedLate: { const: true, description: 'A late reply settled what was `unknown`.' },
  attempts: count('How often it was sent, if more than once.'),
  by: text('Who asked.'),
  simulated,
  submittedAt: time('When it was accepted.'),
  sentAt: nullable(time('When its first byte was handed to the wire; null if none was.')),
  endedAt: nullable(time('When its outcome was known.')),
  links: links('self', 'device'),
};

export const optionalOfCommand = [
  'outcome',
  'reason',
  'result',
  'error',
  'evidence',
  'resolvedLate',
  'attempts',
] as const satisfies readonly (keyof typeof command)[];

export const commandSchemas = {
  Command: {
    title: 'Command',
    description: 'What was asked for, and what became of it.',
    ...closedObject(command, optionalOfCommand),
  },
  CommandPage: pageOf('Command'),
} satisfies Record<string, Json>;
