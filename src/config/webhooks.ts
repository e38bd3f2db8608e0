import type { Finding } from '../yaml/place.ts';
import { isRecord } from '../yaml/schema-walk.ts';
import { isLoopback } from './loopback.ts';
import { sameNames } from './scope.ts';

/** Standard Webhooks 1.0.0, "Symmetric signatures": 24 to 64 bytes. */
const secretBytes = { least: 24, most: 64 };

/** What the schema cannot say. Neither a URL nor a secret stands in what is said. */
export function checkWebhooks(list: unknown): Finding[] {
  if (!Array.isArray(list)) return [];
  const webhooks: unknown[] = list;
  return [
    ...webhooks.flatMap((webhook, index) => {
      if (!isRecord(webhook)) return [];
      const path = ['webhooks', String(index)];
      return [...checkUrl([...path, 'url'], webhook), ...checkSecret([...path, 'secret'], webhook['secret'])];
    }),
    ...sameNames('webhooks', webhooks),
  ];
}

function checkUrl(path: readonly string[], { url: text, allowHttp }: Readonly<Record<string, unknown>>): Finding[] {
  if (typeof text !== 'string' || text === '') return [];
  const url = URL.parse(text);
  const wrong = (detail: string): Finding[] => [{ path, detail }];
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    return wrong('must be a URL that begins with https:// (or http://)');
  }
  if (url.username !== '' || url.password !== '') {
    return wrong('must have no user and password in it; what is sent is signed with the secret');
  }
  if (url.hash !== '') return wrong('must have no # in it; what follows is never sent');
  if (url.protocol === 'https:' || allowHttp === true || isLoopback(url.hostname.replace(/^\[(.*)\]$/, '$1')))
    return [];
  return wrong('must begin with https://: http is for this machine only, unless allowHttp is true');
}

function checkSecret(path: readonly string[], secret: unknown): Finding[] {
  if (typeof secret !== 'string' || secret === '') return [];
  const [, base64] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? [];
  const bytes = base64 === undefined ? undefined : Buffer.from(base64, 'base64');
  const isWhole = bytes !== undefined && bytes.toString('base64').replace(/=+$/, '') === base64?.replace(/=+$/, '');
  if (isWhole && bytes.length >= secretBytes.least && bytes.length <= secretBytes.most) return [];
  const detail =
    `must be whsec_ and ${secretBytes.least} to ${secretBytes.most} random bytes in base64; ` +
    'this makes one: echo "whsec_$(openssl rand -base64 32)"';
  return [{ path, detail }];
}
