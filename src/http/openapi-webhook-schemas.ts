import type { TargetState } from '../webhooks/target.ts';
import { arrayOf, choice, closedObject, count, type Json, links, nullable, ref, text, time } from './openapi-json.ts';

const states: Readonly<Record<TargetState, string>> = {
  idle: 'nothing waits',
  delivering: 'what waits is being delivered',
  retrying: 'the last attempt failed; it is tried again',
  disabled: 'the receiver answered 410, and is told nothing until the service is started again',
};

const texts = nullable(arrayOf({ type: 'string' }));

const webhook = {
  name: text('As the configuration names it.'),
  origin: text('Where it is; the rest of its URL is not shown.'),
  types: { ...arrayOf({ type: 'string' }), description: 'What it is told of.' },
  devices: { ...texts, description: 'Globs of the devices that it is told of; null: all.' },
  labels: { ...texts, description: 'Labels of the devices that it is told of; null: all.' },
  state: choice(states),
  queued: count('Events that wait.'),
  queuedBytes: count('Characters that they take.'),
  delivered: count('Since the start.'),
  dropped: count('Since the start: events that were given up, because too many waited or the receiver refused them.'),
  failures: count('Attempts in a row that failed.'),
  lastSuccessAt: nullable(time('Since the start.')),
  lastFailureAt: nullable(time('Since the start.')),
  lastError: nullable(text('Why the last failure was one.')),
  nextAttemptAt: nullable(time('When it is tried again.')),
  links: links('self'),
};

export const webhookSchemas = {
  Webhook: { title: 'Webhook', description: 'A receiver of events, and how it goes.', ...closedObject(webhook) },
  WebhookList: closedObject({ items: arrayOf(ref('Webhook')) }),
} satisfies Record<string, Json>;
