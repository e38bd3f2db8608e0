import type { CandidateState } from '../discovery/candidate.ts';
import { simulated } from './openapi-device-schemas.ts';
import { arrayOf, choice, closedObject, flag, type Json, nullable, ref, text, time } from './openapi-json.ts';

const states: Readonly<Record<CandidateState, string>> = {
  announced: 'it is announced now',
  stale: 'its connection is down, or it has not been announced since that came back',
  gone: 'it is no longer announced',
};

const candidate = {
  id: text('The same for the same device, also after a restart.'),
  connection: text('Where it is announced.'),
  dialect: text('The driver that speaks its language.'),
  identity: text('What tells it from the others of its dialect.'),
  name: text('What people call it.'),
  manufacturer: nullable(text('As it says.')),
  model: nullable(text('Its make and type, as it says.')),
  version: nullable(text('Of its firmware, as it says.')),
  summary: nullable(text('What it can do.')),
  options: { description: 'What its driver will be told.' },
  state: choice(states),
  unsupported: nullable(text('Why it cannot be attached; null if it can.')),
  device: nullable(text('The device that it is already.')),
  dismissed: flag('Its device was removed by somebody: no rule brings it back.'),
  refusal: nullable(text('Why a rule that wanted it could not make a device of it.')),
  simulated,
  firstSeenAt: time('When it was first announced since the service started.'),
  lastSeenAt: time('When it was announced last.'),
  adopt: nullable(closedObject({ candidate: text('Its id.') })),
  links: closedObject(
    { self: { type: 'string', format: 'uri-reference' }, device: { type: 'string', format: 'uri-reference' } },
    ['device'],
  ),
};

export const discoverySchemas = {
  Candidate: {
    title: 'Candidate',
    description: 'A device that announces itself. `adopt` is the body that POST /v1/devices makes a device of it with.',
    ...closedObject(candidate),
  },
  CandidatePage: closedObject(
    {
      items: arrayOf(ref('Candidate')),
      problems: {
        ...arrayOf({ type: 'string' }),
        description: 'What keeps devices from being found or adopted; empty if nothing does.',
      },
      next: text('The `cursor` of the next page; absent on the last one.'),
    },
    ['next'],
  ),
} satisfies Record<string, Json>;
