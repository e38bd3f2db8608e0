import { resolve } from 'node:path';
import type { Config, ReadFile } from '../../config/index.ts';
import { isRecord } from '../../yaml/schema-walk.ts';

/** The files of a configuration. */
export interface Files {
  /** Absolute paths of what is for few eyes. */
  readonly secrets: readonly string[];
  /** Paths, or PEM, by where they stand. */
  readonly certificates: readonly (readonly [string, string])[];
  readonly read: ReadFile;
}

/** Notes what a configuration reads beside itself: secrets (`{ file: … }`), and what belongs to TLS. */
export class NotingReader {
  readonly #secrets = new Set<string>();
  readonly read: ReadFile;

  constructor(file: string, read: ReadFile) {
    this.read = async (path, ...others) => {
      const bytes = await read(path, ...others);
      if (resolve(path) !== resolve(file) && !isPublic(bytes)) this.#secrets.add(resolve(path));
      return bytes;
    };
  }

  filesOf({ server, connections }: Pick<Config, 'server' | 'connections'>): Files {
    const settings = Object.entries(connections).map(([name, connection]) => {
      const own = connection.kind === 'transport' && isRecord(connection.settings) ? connection.settings : {};
      return [`connections.${name}`, own] as const;
    });
    const certificates = [
      ...texts('server.tls', server.tls ?? {}, ['certificate', 'ca']),
      ...settings.flatMap(([where, own]) => texts(where, own, ['certFile', 'caFile'])),
    ];
    const keys = settings.flatMap(([where, own]) => texts(where, own, ['keyFile'])).map(([, path]) => resolve(path));
    return { secrets: [...new Set([...this.#secrets, ...keys])], certificates, read: this.read };
  }
}

function texts(
  where: string,
  section: Readonly<Record<string, unknown>>,
  keys: readonly string[],
): (readonly [string, string])[] {
  return keys.flatMap((key) => {
    const value = section[key];
    return typeof value === 'string' ? [[`${where}.${key}`, value] as const] : [];
  });
}

/** Certificates alone: they are for everybody. */
function isPublic(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes).toString('latin1');
  return text.includes('-----BEGIN CERTIFICATE-----') && !text.includes('PRIVATE KEY-----');
}
