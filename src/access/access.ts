import type { Clock } from '../clock.ts';
import type { Log } from '../driver/contract.ts';
import { BellcrankError } from '../errors.ts';
import type { RandomBytes } from '../random-bytes.ts';
import { Attempts } from './attempts.ts';
import { authenticatorOf, hasCredentials } from './authentication.ts';
import type { Authenticate, Method } from './authenticator.ts';
import { KeyBook } from './keys/book.ts';
import { CertificateMethod } from './certificates/method.ts';
import type { CertificateSettings } from './certificates/settings.ts';
import type { KeyStorage } from './keys/key.ts';
import { KeyMethod } from './keys/method.ts';
import { KeyUsage } from './keys/usage.ts';
import { JwtMethod } from './jwt/method.ts';
import type { JwtSettings } from './jwt/settings.ts';
import { rolesOf } from './roles.ts';
import { parseScope } from './scope.ts';
import { Sessions } from './sessions/sessions.ts';

export interface AccessSettings {
  /** Scopes of who has no credentials where there are some. */
  readonly anonymous: readonly string[];
  /** Beside the built-in ones. */
  readonly roles: Readonly<Record<string, readonly string[]>>;
  readonly sessions: { readonly idleMinutes: number; readonly totalHours: number };
  readonly jwt: readonly JwtSettings[];
  readonly certificates: readonly CertificateSettings[];
}

export interface AccessParts {
  readonly settings: AccessSettings;
  readonly keys: KeyStorage;
  /** Where it is kept when keys were used; nowhere if absent. */
  readonly directory: string | undefined;
  /** Further kinds of credentials. */
  readonly methods?: readonly Method[];
  /** Where the service listens, and whether only this machine reaches it there. */
  readonly host: string;
  readonly isLoopback: boolean;
  /** `serve --insecure`. */
  readonly insecure: boolean;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly log: Log;
}

/** Who may come in, as routes and the start of the service see it. */
export interface Access {
  readonly authenticate: Authenticate;
  readonly keys: KeyBook;
  readonly usage: KeyUsage;
  readonly sessions: Sessions;
  /** What is wrong with the keys. */
  trouble(): KeyMethod['trouble'];
  /** Whether everybody who reaches the service from elsewhere may do everything. */
  isInsecure(): boolean;
  /** Whether nobody comes in without credentials. */
  isClosed(): boolean;
  /** How somebody can show who they are; none as long as nobody has to. */
  ways(): readonly ('bearer' | 'certificate')[];
  /** Throws where listening would open the devices to a network. */
  assertClosed(): void;
  /** Asks issuers for their keys, before anybody needs them. */
  begin(): void;
  close(): Promise<void>;
}

/** Puts together who is let in, and by what. */
export function createAccess(parts: AccessParts): Access {
  const { settings, keys: storage, clock, randomBytes, log, host, isLoopback, insecure } = parts;
  const roles = rolesOf(settings.roles);
  const usage = new KeyUsage(parts.directory, clock);
  const keyMethod = new KeyMethod({ storage, clock, roles, log, used: (id) => usage.note(id) });
  const { idleMinutes, totalHours } = settings.sessions;
  const sessions = new Sessions({ clock, randomBytes, idleMs: idleMinutes * 60_000, totalMs: totalHours * 3_600_000 });
  const jwt = new JwtMethod({ issuers: settings.jwt, roles, clock, log });
  // What is sent on purpose goes before what a browser sends by itself, and who signed in before whose machine it is.
  const certificates = new CertificateMethod({ certificates: settings.certificates, roles, clock });
  const methods = [keyMethod, jwt, ...(parts.methods ?? []), sessions, certificates];
  const attempts = new Attempts(clock, (from, detail) => log.warn({ from, detail }, 'a sign-in failed'));
  const rules = { anonymous: settings.anonymous.map(parseScope), openWithout: isLoopback || insecure, attempts };
  const isClosed = (): boolean => hasCredentials(methods);
  return {
    authenticate: authenticatorOf(methods, rules),
    keys: new KeyBook({ storage, clock, randomBytes, roles }),
    usage,
    sessions,
    trouble: () => keyMethod.trouble,
    isInsecure: () => insecure && !isLoopback && !isClosed(),
    isClosed,
    ways: () => [
      ...(hasCredentials([keyMethod, jwt]) ? (['bearer'] as const) : []),
      ...(hasCredentials([certificates]) ? (['certificate'] as const) : []),
    ],
    assertClosed() {
      if (isLoopback || insecure || isClosed()) return;
      throw new BellcrankError('forbidden', openTo(host));
    },
    begin: () => jwt.begin(),
    async close() {
      storage.close?.();
      jwt.close();
      await usage.close();
    },
  };
}

function openTo(host: string): string {
  return (
    `it would listen on ${host}, and there are no credentials: anyone who reaches it could move the devices. ` +
    'Make a key (bellcrank keys create --config FILE --name me --role admin), listen on 127.0.0.1, ' +
    'or accept it with serve --insecure'
  );
}
