import { parseScope } from '../scope.ts';
import { type KeyRecord, keyNamePattern, maxKeys, maxScopes } from './key.ts';

const keys = ['id', 'name', 'role', 'scopes', 'sha256', 'createdAt', 'expiresAt', 'revokedAt'];
const name = new RegExp(keyNamePattern);

/** The file, for people as well: times are ISO 8601. */
export function printKeys(records: readonly KeyRecord[]): string {
  const printed = records.map(({ createdAt, expiresAt, revokedAt, ...record }) => ({
    ...record,
    createdAt: instant(createdAt),
    ...(expiresAt === undefined ? {} : { expiresAt: instant(expiresAt) }),
    ...(revokedAt === undefined ? {} : { revokedAt: instant(revokedAt) }),
  }));
  return `${JSON.stringify({ version: 1, keys: printed }, undefined, 2)}\n`;
}

/** Throws what is wrong with the text. What is not understood is no key: it might say that one was revoked. */
export function parseKeys(text: string): readonly KeyRecord[] {
  const root = recordOf(JSON.parse(text), 'the file');
  if (root['version'] !== 1) throw new Error('it was written by another version of Bellcrank');
  const list = root['keys'];
  if (!Array.isArray(list) || list.length > maxKeys) throw new Error(`"keys" is no list of at most ${maxKeys}`);
  const records = list.map((value, index) => parseKey(value, `key ${index + 1}`));
  if (new Set(records.map(({ id }) => id)).size < records.length) throw new Error('two keys have the same id');
  return records;
}

function parseKey(value: unknown, where: string): KeyRecord {
  const key = recordOf(value, where);
  const unknown = Object.keys(key).find((each) => !keys.includes(each));
  if (unknown !== undefined)
    throw new Error(`${where} has ${JSON.stringify(unknown.slice(0, 50))}, which is not known`);
  return {
    id: textOf(key['id'], /^[0-9a-z]{8}$/, `${where}: id`),
    name: textOf(key['name'], name, `${where}: name`),
    ...grantOf(key, where),
    sha256: textOf(key['sha256'], /^[0-9a-f]{64}$/, `${where}: sha256`),
    createdAt: timeOf(key['createdAt'], `${where}: createdAt`),
    ...(key['expiresAt'] === undefined ? {} : { expiresAt: timeOf(key['expiresAt'], `${where}: expiresAt`) }),
    ...(key['revokedAt'] === undefined ? {} : { revokedAt: timeOf(key['revokedAt'], `${where}: revokedAt`) }),
  };
}

function grantOf({ role, scopes }: Record<string, unknown>, where: string): Pick<KeyRecord, 'role' | 'scopes'> {
  if ((role === undefined) === (scopes === undefined)) throw new Error(`${where} needs either a role or scopes`);
  if (role !== undefined) return { role: textOf(role, name, `${where}: role`) };
  if (!Array.isArray(scopes) || scopes.length > maxScopes) throw new Error(`${where}: scopes is no list`);
  return { scopes: scopes.map((scope) => parseScope(textOf(scope, /^/, `${where}: scope`)).text) };
}

function textOf(value: unknown, pattern: RegExp, where: string): string {
  if (typeof value === 'string' && pattern.test(value)) return value;
  throw new Error(`${where} is not as it was written`);
}

function timeOf(value: unknown, where: string): number {
  const time = Date.parse(textOf(value, /^\d{4}-\d\d-\d\dT/, where));
  if (Number.isNaN(time)) throw new Error(`${where} is no time`);
  return time;
}

function recordOf(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${where} is no object`);
  return value as Record<string, unknown>; // just seen
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
