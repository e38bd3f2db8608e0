import type { PeerCertificate } from 'node:tls';
import type { Clock } from '../../clock.ts';
import { BellcrankError } from '../../errors.ts';
import type { Credentials, Method } from '../authenticator.ts';
import { type Caller, callerWith } from '../caller.ts';
import type { RoleScopes } from '../roles.ts';
import { parseScope, type Scope } from '../scope.ts';
import type { CertificateSettings } from './settings.ts';
import { parseSubject } from './subject.ts';

export interface CertificateMethodParts {
  readonly certificates: readonly CertificateSettings[];
  readonly roles: RoleScopes;
  readonly clock: Clock;
}

interface Rule {
  readonly name: string | undefined;
  readonly scopes: readonly Scope[];
  matches(certificate: PeerCertificate): boolean;
}

/**
 * Lets in who proved to own a certificate that one of the configured authorities signed (RFC 8446 §4.4.2) and that one of
 * the rules is about. Whether it was signed so is the connection's to say, whether its time has come or is over is asked
 * anew each time: a connection may outlive it.
 */
export class CertificateMethod implements Method {
  readonly #rules: readonly Rule[];
  readonly #clock: Clock;

  constructor({ certificates, roles, clock }: CertificateMethodParts) {
    this.#rules = certificates.map((settings) => ruleOf(settings, roles));
    this.#clock = clock;
  }

  configured(): boolean {
    return this.#rules.length > 0;
  }

  credential({ certificate, isBelieved = () => true }: Credentials): Caller | undefined {
    if (certificate === undefined) return undefined;
    const rule = this.#rules.find((each) => each.matches(certificate));
    if (rule === undefined) return undefined;
    const over = this.#outOfTime(certificate);
    if (over !== undefined) throw over;
    const { name = commonName(certificate) } = rule;
    const endsAt = Date.parse(certificate.valid_to);
    return callerWith(
      `cert:${name}`,
      rule.scopes,
      () => (isBelieved() ? this.#outOfTime(certificate) : notBelieved()),
      endsAt,
    );
  }

  #outOfTime(certificate: PeerCertificate): BellcrankError | undefined {
    const now = this.#clock.now();
    // Written so that a time which cannot be read lets nobody in.
    if (now >= Date.parse(certificate.valid_from) && now <= Date.parse(certificate.valid_to)) return undefined;
    return new BellcrankError('unauthenticated', 'the certificate has expired, or is not valid yet; get another one');
  }
}

function notBelieved(): BellcrankError {
  return new BellcrankError('unauthenticated', 'who may sign certificates has changed; connect anew');
}

function ruleOf({ subject, fingerprint256, name, scopes, role }: CertificateSettings, roles: RoleScopes): Rule {
  const bySubject = subject === undefined ? undefined : parseSubject(subject);
  const byPrint = fingerprint256 === undefined ? undefined : plain(fingerprint256);
  return {
    name,
    scopes: role === undefined ? (scopes ?? []).map(parseScope) : (roles(role) ?? []),
    matches(certificate) {
      if (bySubject === undefined && byPrint === undefined) return false;
      if (byPrint !== undefined && plain(certificate.fingerprint256) !== byPrint) return false;
      return bySubject === undefined || bySubject(certificate.subject);
    },
  };
}

function plain(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toLowerCase();
}

/** What names it where the configuration does not. */
function commonName({ subject, fingerprint256 }: PeerCertificate): string {
  const name: unknown = (subject as PeerCertificate['subject'] | undefined)?.CN;
  return typeof name === 'string' && /^\P{C}{1,200}$/u.test(name) ? name : plain(fingerprint256).slice(0, 16);
}
