import { builtInRoles } from '../access/roles.ts';
import { parseScope } from '../access/scope.ts';
import { messageOf } from '../errors.ts';
import type { Finding } from '../yaml/place.ts';
import { isRecord } from '../yaml/schema-walk.ts';

/** What a schema cannot say of `access`: whether scopes can be read, and that built-in roles stay what they are. */
export function checkAccess(access: unknown): Finding[] {
  if (!isRecord(access)) return [];
  const roles = isRecord(access['roles']) ? access['roles'] : {};
  return [
    ...checkScopes(access['anonymous'], ['access', 'anonymous']),
    ...Object.keys(roles).flatMap(checkRole),
    ...Object.entries(roles).flatMap(([name, scopes]) => checkScopes(scopes, ['access', 'roles', name])),
  ];
}

function checkRole(name: string): Finding[] {
  if (!Object.hasOwn(builtInRoles, name)) return [];
  return [{ path: ['access', 'roles', name], detail: 'is built in; choose another name', key: true }];
}

function checkScopes(scopes: unknown, path: readonly string[]): Finding[] {
  if (!Array.isArray(scopes)) return [];
  return scopes.flatMap((scope: unknown, index): Finding[] => {
    const detail = typeof scope === 'string' && scope !== '' ? problemOf(scope) : undefined;
    return detail === undefined ? [] : [{ path: [...path, String(index)], detail }];
  });
}

function problemOf(scope: string): string | undefined {
  try {
    parseScope(scope);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
