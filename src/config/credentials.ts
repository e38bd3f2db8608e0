import { parseSubject } from '../access/certificates/subject.ts';
import { builtInRoles } from '../access/roles.ts';
import { parseScope } from '../access/scope.ts';
import { messageOf } from '../errors.ts';
import type { Finding } from '../yaml/place.ts';
import { isRecord } from '../yaml/schema-walk.ts';
import { suggestion } from '../yaml/suggest.ts';
import { isLoopback } from './loopback.ts';

type Section = Readonly<Record<string, unknown>>;

/** What the schemas cannot say of `access.jwt` and `access.certificates`. */
export function checkCredentials(access: unknown, server: unknown): Finding[] {
  if (!isRecord(access)) return [];
  const { jwt, certificates, roles: own } = access;
  const roles = [...Object.keys(builtInRoles), ...(isRecord(own) ? Object.keys(own) : [])];
  return [
    ...each(jwt, 'jwt', (entry, path) => checkIssuer(entry, path, roles)),
    ...checkNames(jwt),
    ...each(certificates, 'certificates', (entry, path) => checkCertificate(entry, path, roles)),
    ...checkTls(certificates, server),
  ];
}

function each(
  list: unknown,
  name: string,
  check: (entry: Section, path: readonly string[]) => readonly Finding[],
): Finding[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: unknown, index) =>
    isRecord(entry) ? check(entry, ['access', name, String(index)]) : [],
  );
}

function checkIssuer({ issuer, jwks, map }: Section, path: readonly string[], roles: readonly string[]): Finding[] {
  const grants = isRecord(map) ? Object.entries(map) : [];
  return [
    ...checkUrl(issuer, [...path, 'issuer']),
    ...checkUrl(jwks, [...path, 'jwks']),
    ...grants.flatMap(([value, grant]) => checkGrant(grant, [...path, 'map', value], roles)),
  ];
}

/** Whoever can change what is asked on its way could put in keys of their own. */
function checkUrl(text: unknown, path: readonly string[]): Finding[] {
  if (typeof text !== 'string' || text === '') return [];
  const url = URL.parse(text);
  const isLocal = url?.protocol === 'http:' && isLoopback(url.hostname.replace(/^\[(.*)\]$/, '$1'));
  const detail = 'must be an https:// URL (http:// on this machine alone) without user, query and fragment';
  if (url === null || !(url.protocol === 'https:' || isLocal)) return [{ path, detail }];
  return url.username + url.password + url.search + url.hash === '' ? [] : [{ path, detail }];
}

/** One of several issuers could name its users as another one does. */
function checkNames(list: unknown): Finding[] {
  const entries: unknown[] = Array.isArray(list) ? list : [];
  const issuers = entries.filter(isRecord).filter(({ issuer }) => typeof issuer === 'string');
  const nameOf = new Map<unknown, unknown>();
  return issuers.flatMap(({ issuer, name }) => {
    const path = ['access', 'jwt', String(entries.findIndex((entry) => isRecord(entry) && entry['issuer'] === issuer))];
    if (new Set(issuers.map((entry) => entry['issuer'])).size < 2) return [];
    if (name === undefined) return [{ path, detail: 'needs a name, since there are several issuers' }];
    const other = nameOf.get(name);
    nameOf.set(name, issuer);
    if (other === undefined || other === issuer) return [];
    return [{ path: [...path, 'name'], detail: 'is the name of another issuer already' }];
  });
}

function checkGrant(grant: unknown, path: readonly string[], roles: readonly string[]): Finding[] {
  if (typeof grant === 'string' && grant !== '' && !roles.includes(grant)) {
    return [{ path, detail: `names no role${suggestion(grant, roles)}` }];
  }
  return checkScopes(grant, path);
}

function checkScopes(scopes: unknown, path: readonly string[]): Finding[] {
  if (!Array.isArray(scopes)) return [];
  return scopes.flatMap((scope: unknown, index): Finding[] => {
    const detail = typeof scope === 'string' && scope !== '' ? failure(() => parseScope(scope)) : undefined;
    return detail === undefined ? [] : [{ path: [...path, String(index)], detail }];
  });
}

function checkCertificate(entry: Section, path: readonly string[], roles: readonly string[]): Finding[] {
  const { subject, fingerprint256, role, scopes } = entry;
  const unclear = typeof subject === 'string' ? failure(() => parseSubject(subject)) : undefined;
  return [
    ...(subject === undefined && fingerprint256 === undefined
      ? [{ path, detail: 'needs subject or fingerprint256, or anybody with a certificate would do' }]
      : []),
    ...(unclear === undefined ? [] : [{ path: [...path, 'subject'], detail: unclear }]),
    ...((role === undefined) === (scopes === undefined) ? [{ path, detail: 'needs either role or scopes' }] : []),
    ...checkGrant(role, [...path, 'role'], roles),
    ...checkScopes(scopes, [...path, 'scopes']),
  ];
}

function checkTls(list: unknown, server: unknown): Finding[] {
  const tls = isRecord(server) && isRecord(server['tls']) ? server['tls'] : {};
  if (!Array.isArray(list) || list.length === 0 || tls['clientCertificates'] !== undefined) return [];
  const detail = 'needs server.tls with ca and clientCertificates: without them no client shows a certificate';
  return [{ path: ['access', 'certificates'], detail }];
}

function failure(parse: () => unknown): string | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
