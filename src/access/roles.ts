import { actions, parseScope, type Scope } from './scope.ts';

/** Roles that are there without being configured. */
export const builtInRoles: Readonly<Record<string, readonly string[]>> = {
  viewer: ['read'],
  operator: ['read', 'command', 'stop', 'lease'],
  engineer: ['read', 'command', 'stop', 'lease', 'configure', 'simulate'],
  admin: actions,
};

/** What a role may; undefined if there is none of that name. */
export interface RoleScopes {
  (role: string): readonly Scope[] | undefined;
  readonly names: readonly string[];
}

/** The built-in roles and those of the configuration, parsed once. */
export function rolesOf(configured: Readonly<Record<string, readonly string[]>>): RoleScopes {
  const all = Object.entries({ ...configured, ...builtInRoles });
  const parsed = new Map(all.map(([name, scopes]) => [name, scopes.map(parseScope)]));
  return Object.assign((role: string) => parsed.get(role), { names: [...parsed.keys()] });
}
