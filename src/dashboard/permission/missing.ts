import type { AllowedThere } from './useMe.ts';

/**
 * The scope that somebody lacks, as whoever can give it to them would write it; undefined where nothing is missing, and as
 * long as it is not known: the service says no in any case.
 */
export function missingThere(allowed: AllowedThere | undefined, action: string, command?: string): string | undefined {
  if (allowed === undefined) return undefined;
  const { id, everywhere, actions, commands } = allowed;
  if (everywhere.includes(action)) return undefined;
  if (command === undefined) return actions.includes(action) ? undefined : `${action}:${id}`;
  return commands.includes(command) ? undefined : `${action}:${id}:${command}`;
}

/** The same where no device is looked at: whoever has the action for some device has it. */
export function missingAnywhere(scopes: readonly string[] | undefined, action: string): string | undefined {
  if (scopes === undefined || scopes.some((scope) => scope.split(':')[0] === action)) return undefined;
  return action;
}
