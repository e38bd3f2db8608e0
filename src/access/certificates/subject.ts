import type { PeerCertificate } from 'node:tls';
import { globMatcher } from '../../expression/glob.ts';
import { BellcrankError } from '../../errors.ts';

export type MatchSubject = (subject: PeerCertificate['subject'] | undefined) => boolean;

const attribute = /^\s*([A-Za-z][A-Za-z0-9.]*)\s*=\s*(.+?)\s*$/s;

/**
 * Parses `CN=robot-*,O=Acme`: attributes by their short names, each with a glob. Attributes are compared one by one: what
 * stands in one of them cannot pass for another. Throws `invalid-request`.
 */
export function parseSubject(text: string): MatchSubject {
  const wanted = text.split(',').map((part) => {
    const [, key, glob] = attribute.exec(part) ?? [];
    if (key !== undefined && glob !== undefined) return [key, globMatcher(glob)] as const;
    throw new BellcrankError('invalid-request', 'a subject is written like CN=robot-*,O=Acme');
  });
  return (subject) => wanted.every(([key, matches]) => matchesOne(subject, key, matches));
}

/** An attribute that stands there several times says nothing for sure. */
function matchesOne(subject: object | undefined, key: string, matches: (text: string) => boolean): boolean {
  if (subject === undefined || !Object.hasOwn(subject, key)) return false;
  const value: unknown = (subject as Record<string, unknown>)[key];
  return typeof value === 'string' && matches(value);
}
