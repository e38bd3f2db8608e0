import type { FastifyInstance } from 'fastify';
import { randomBytes as systemBytes } from 'node:crypto';
import { type Access, createAccess } from '../access/access.ts';
import { KeyFile } from '../access/keys/file.ts';
import { keysInMemory } from '../access/keys/key.ts';
import { type Recorded, watchedKeys } from './keys.ts';
import { type Config, isLoopback, readFailure } from '../config/index.ts';
import { readFile } from '../config/read-file.ts';
import type { ParentLog } from '../device/settings.ts';
import { listenOn } from '../http/listening/listen.ts';
import type { ServerSettings } from '../http/server.ts';
import { sharesOf } from '../open-files.ts';
import { filesOf } from '../openers.ts';
import { Certificates } from '../tls/certificates.ts';
import type { AppParts } from './parts.ts';

const insecureWarning =
  'INSECURE: there are no credentials, and anyone who reaches this service can move the devices; make a key (bellcrank keys create)';

export function accessOf(
  { config, clock, log, keys, store, insecure = false, randomBytes = systemBytes }: AppParts,
  record: Recorded,
): Access {
  // A store of one's own has no directory.
  const directory = keys === undefined && store === undefined ? config.store.directory : undefined;
  const own = directory === undefined ? keysInMemory() : watchedKeys(new KeyFile(directory, clock), clock, record, log);
  const { host } = config.server;
  return createAccess({
    settings: config.access,
    keys: keys ?? own,
    directory,
    host,
    isLoopback: isLoopback(host),
    insecure,
    clock,
    randomBytes,
    log,
  });
}

export async function certificatesOf({ config, clock, log }: AppParts): Promise<Certificates | undefined> {
  const { tls } = config.server;
  if (tls === undefined) return undefined;
  return await Certificates.load({ files: tls, read: readFile, failure: readFailure, clock, log });
}

/** What is wrong with what the store knows nothing of, for who watches the service. */
export function troublesOf(
  access: Access,
  audit: { readonly trouble: string | undefined },
  certificates: Certificates | undefined,
) {
  return {
    keys: () => access.trouble()?.detail,
    audit: () => audit.trouble,
    certificate: () => certificates?.trouble,
  };
}

export function servingOf({ config, openFiles }: AppParts, certificates: Certificates | undefined): ServerSettings {
  const { tls, ...given } = config.server;
  const most = openFiles === undefined ? Infinity : sharesOf(openFiles, filesOf(config.connections)).clients;
  const others = { ...given, limits: { ...given.limits, connections: Math.min(given.limits.connections, most) } };
  if (certificates === undefined) return others;
  return { ...others, tls: { certificates, clientCertificates: tls?.clientCertificates } };
}

/** Refuses to listen where everybody could come in, or says that everybody can. */
export async function listenClosed(
  http: FastifyInstance,
  { host, port }: Config['server'],
  access: Access,
  log: ParentLog,
): Promise<{ url: string }> {
  access.assertClosed();
  if (access.isInsecure()) log.warn({ host }, insecureWarning);
  access.begin();
  return await listenOn(http, host, port);
}
