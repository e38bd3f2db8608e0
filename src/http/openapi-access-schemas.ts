import type { KeyState } from '../access/keys/key.ts';
import type { KeyView } from '../access/keys/view.ts';
import {
  arrayOf,
  choice,
  closedObject,
  type Described,
  flag,
  type Json,
  nullable,
  pageOf,
  ref,
  text,
  time,
} from './openapi-json.ts';

const states: Readonly<Record<KeyState, string>> = {
  active: 'it lets somebody in',
  expired: 'its time is over',
  revoked: 'somebody ended it',
};

const key: Described<KeyView> = {
  id: text('Stands in the key, which it is found by; no secret.'),
  name: text('What it is for; records say `key:NAME`.'),
  role: nullable(text('What it may, by the name of a role.')),
  scopes: nullable({ ...arrayOf({ type: 'string' }), description: 'What it may, where it has no role.' }),
  state: choice(states),
  createdAt: time('When it was made.'),
  expiresAt: nullable(time('When it ends by itself.')),
  revokedAt: nullable(time('When it was revoked.')),
  lastUsedAt: nullable(time('When it let somebody in last.')),
};

const secret = text('The key. It is told now and never again: nothing of it but its SHA-256 is kept.');

const session = {
  signedIn: flag('Whether the cookie of this request belongs to a session.'),
  name: nullable(text('Whose it is.')),
  csrfToken: nullable(text('Goes with every request that changes something, as `Bellcrank-CSRF-Token`.')),
  expiresAt: nullable(time('When it ends at the latest.')),
};

export const accessSchemas = {
  Key: { title: 'API key', ...closedObject(key) },
  KeyPage: pageOf('Key'),
  KeyList: closedObject({ items: arrayOf(ref('Key')) }),
  MadeKey: { title: 'New API key', ...closedObject({ key: secret, ...key }) },
  Session: { title: 'Session', description: 'Who is signed in on a page.', ...closedObject(session) },
} satisfies Record<string, Json>;
