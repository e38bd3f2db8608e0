import { resolve } from 'node:path';
import { isPem, readMaterial, type TlsFiles } from '../tls/material.ts';
import type { Finding } from '../yaml/place.ts';
import { isRecord } from '../yaml/schema-walk.ts';
import { readFailure } from './read-file.ts';
import type { SecretSources } from './secrets.ts';

/** What the schema cannot say: the files are there, hold what they should, and belong together. */
export async function checkTls(server: unknown, { readFile, folder, signal }: SecretSources): Promise<Finding[]> {
  const tls = isRecord(server) ? server['tls'] : undefined;
  if (!isRecord(tls)) return [];
  const { certificate, key, ca, clientCertificates } = tls;
  if (typeof certificate !== 'string' || typeof key !== 'string' || !(ca === undefined || typeof ca === 'string')) {
    return [];
  }
  const read = (path: string, maxBytes: number): Promise<Uint8Array> => readFile(path, maxBytes, signal);
  const files = absolute({ certificate, key, ca }, folder);
  const found = await readMaterial(files, read, readFailure);
  if (!found.ok) return [{ path: ['server', 'tls', found.part], detail: found.detail }];
  if (clientCertificates === undefined || ca !== undefined) return [];
  const detail = 'needs ca, which says whose certificates are believed';
  return [{ path: ['server', 'tls', 'clientCertificates'], detail }];
}

/** Paths from the folder of the configuration on; PEM stays as it is. */
export function absolute<F extends TlsFiles>(files: F, folder: string): F {
  const at = (text: string): string => (isPem(text) ? text : resolve(folder, text));
  const { certificate, key, ca } = files;
  return { ...files, certificate: at(certificate), key: at(key), ...(ca === undefined ? {} : { ca: at(ca) }) };
}
