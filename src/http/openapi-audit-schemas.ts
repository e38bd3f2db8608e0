import { arrayOf, closedObject, count, flag, type Json, ref, text, time } from './openapi-json.ts';

const entry = {
  seq: count('Its number; each is one more than the one before.'),
  at: time('When it was taken down.'),
  prev: text('The hash of the entry before.'),
  what: text('What was done: the `operationId` of a request, or one of the service’s own doings.'),
  by: text('Who: `key:NAME`, `anonymous`, `bellcrank` for the service itself.'),
  from: text('The address that they came from.'),
  device: text('On which device.'),
  simulated: flag('The device is simulated.'),
  command: text('A command’s name, or `write:` and a property’s.'),
  id: text('Of the command, or of what else it is about.'),
  outcome: text('Of a command; or `done`, `refused`, `failed`.'),
  code: text('Of the problem.'),
  detail: text('More, for a person.'),
  params: { description: 'Without secrets.' },
  hash: text('SHA-256 of the entry as it stands in the log.'),
};

const optional = ['from', 'device', 'simulated', 'command', 'id', 'outcome', 'code', 'detail', 'params'] as const;

export const auditSchemas = {
  AuditEntry: { title: 'Entry of the audit', ...closedObject(entry, optional) },
  AuditPage: closedObject(
    {
      items: arrayOf(ref('AuditEntry')),
      damaged: count('Lines that were passed over: they are not what was written.'),
      next: text('Where the next page starts; absent on the last one.'),
    },
    ['next'],
  ),
} satisfies Record<string, Json>;
