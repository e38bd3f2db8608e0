import { BellcrankError } from '../errors.ts';
import { globMatcher } from '../expression/glob.ts';

/** What may be done. `admin` is for the service itself and for the bare wire; none of them holds another. */
export const actions = ['read', 'command', 'stop', 'lease', 'configure', 'simulate', 'admin'] as const;
export type Action = (typeof actions)[number];

/** A device, as far as scopes see it. */
export interface DeviceRef {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * What somebody needs a scope for. Without `device`: all devices, those of tomorrow included. Without `command`: any
 * command of the device is enough. A property's write is the command `write:` and its name.
 */
export interface Need {
  readonly action: Action;
  readonly device?: DeviceRef;
  readonly command?: string;
}

/** A scope that was parsed; `text` is as it was written. */
export interface Scope {
  readonly text: string;
  readonly action: Action;
  covers(need: Need): boolean;
  /** Whether it covers anything of its action at all, on whichever device. */
  readonly everywhere: boolean;
}

/**
 * Longest scope, in characters; it stands in refusals and in lists.
 */
export const maxScopeLength = 200;

/**
 * Parses `ACTION[:DEVICES[:COMMANDS]]`. DEVICES is a glob of ids, or `label/KEY` or `label/KEY=VALUE` in which VALUE is a
 * glob; COMMANDS, for `command` alone, is a glob of names: `command:label/room=lab-2:set-*`. Throws `invalid-request`.
 */
export function parseScope(text: string): Scope {
  const [, action = '', devices = '*', commands] = /^([a-z]+)(?::([^:]+)(?::(.+))?)?$/s.exec(text) ?? [];
  if (text.length > maxScopeLength || !isAction(action))
    throw badScope(text, `begin with one of ${actions.join(', ')}`);
  if (commands !== undefined && action !== 'command') throw badScope(text, 'name commands only after command:DEVICES:');
  const onDevice = deviceMatcher(devices);
  const onCommand = commands === undefined ? () => true : globMatcher(commands);
  const everywhere = devices === '*';
  return {
    text,
    action,
    everywhere,
    covers(need) {
      if (need.action !== action) return false;
      if (need.device === undefined ? !everywhere : !onDevice(need.device)) return false;
      return need.command === undefined ? need.device !== undefined || commands === undefined : onCommand(need.command);
    },
  };
}

/** How a need is written as a scope: what is missing, for who has to ask for it. */
export function scopeFor({ action, device, command }: Need): string {
  if (device === undefined) return action;
  return command === undefined ? `${action}:${device.id}` : `${action}:${device.id}:${command}`;
}

function deviceMatcher(devices: string): (device: DeviceRef) => boolean {
  if (devices === '*') return () => true;
  const [, key, value] = /^label\/([^=]+)(?:=(.*))?$/s.exec(devices) ?? [];
  if (key === undefined) {
    const matches = globMatcher(devices);
    return ({ id }) => matches(id);
  }
  const matches = value === undefined ? () => true : globMatcher(value);
  return ({ labels }) => Object.hasOwn(labels, key) && matches(labels[key] ?? '');
}

function isAction(text: string): text is Action {
  return (actions as readonly string[]).includes(text);
}

function badScope(text: string, todo: string): BellcrankError {
  const detail = `the scope ${JSON.stringify(text.slice(0, maxScopeLength))} cannot be read: ${todo}`;
  return new BellcrankError('invalid-request', `${detail} (ACTION:DEVICES:COMMANDS, as in command:psu-*:set-*)`);
}
