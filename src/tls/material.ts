import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { messageOf } from '../errors.ts';

/** Where they stand: each is a path, or the PEM itself (RFC 7468). */
export interface TlsFiles {
  /** The service's own, and what leads from it to a root, in this order. */
  readonly certificate: string;
  readonly key: string;
  /** Who signs the certificates of clients. */
  readonly ca?: string | undefined;
}

/** What a TLS server works with, as PEM. Never print it. */
export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string;
  /** The certificate's time, in ms since 1970. */
  readonly beginsAt: number;
  readonly endsAt: number;
}

export type ReadMaterial =
  | { readonly ok: true; readonly material: TlsMaterial }
  | { readonly ok: false; readonly part: keyof TlsFiles; readonly detail: string };

/** Reads at most so many bytes of a file. */
type Read = (path: string, maxBytes: number) => Promise<Uint8Array>;

/** A chain has a few kilobytes, all the roots of a browser together 250. */
const maxBytes = 1024 * 1024;
const begin = '-----BEGIN ';
const certificates = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Reads what a configuration names and checks that it belongs together. What is told of a mistake holds nothing of it. */
export async function readMaterial(
  files: TlsFiles,
  read: Read,
  failure: (error: unknown) => string,
): Promise<ReadMaterial> {
  const texts: Partial<Record<keyof TlsFiles, string>> = {};
  for (const part of ['certificate', 'key', 'ca'] as const) {
    const given = files[part];
    if (given === undefined) continue;
    if (isPem(given)) texts[part] = given;
    else {
      try {
        texts[part] = Buffer.from(await read(given, maxBytes)).toString('latin1');
      } catch (error) {
        // It may be a key that somebody put in the place of a path.
        return { ok: false, part, detail: `the file that it names ${failure(error)}` };
      }
    }
  }
  const { certificate: cert = '', key = '', ca } = texts;
  return checked({ cert, key, ...(ca === undefined ? {} : { ca }) });
}

export function isPem(text: string): boolean {
  return text.includes(begin);
}

function checked({ cert, key, ca }: Omit<TlsMaterial, 'beginsAt' | 'endsAt'>): ReadMaterial {
  const wrong = (part: keyof TlsFiles, detail: string): ReadMaterial => ({ ok: false, part, detail });
  const [leaf, ...others] = certificatesIn(cert) ?? [];
  if (leaf === undefined) return wrong('certificate', 'holds no certificate in PEM (-----BEGIN CERTIFICATE-----)');
  const own = privateKey(key);
  if ('detail' in own) return wrong('key', own.detail);
  if (!leaf.checkPrivateKey(own)) {
    const isBehind = others.some((other) => other.checkPrivateKey(own));
    if (isBehind) return wrong('certificate', 'has the certificate of the key behind others: put it first');
    return wrong('key', 'is not the key of the certificate');
  }
  if (ca !== undefined && certificatesIn(ca) === undefined) {
    return wrong('ca', 'holds no certificate in PEM (-----BEGIN CERTIFICATE-----)');
  }
  const times = { beginsAt: leaf.validFromDate.getTime(), endsAt: leaf.validToDate.getTime() };
  const material = { cert, key, ...(ca === undefined ? {} : { ca }), ...times };
  try {
    // What the library has against them besides, such as keys that are too short.
    createSecureContext(contextOf(material));
    return { ok: true, material };
  } catch (error) {
    return wrong('certificate', `cannot be used: ${messageOf(error)}`);
  }
}

/** TLS 1.2 at least (RFC 8996). */
export function contextOf({ cert, key, ca }: TlsMaterial) {
  return { cert, key, ...(ca === undefined ? {} : { ca }), minVersion: 'TLSv1.2' } as const;
}

/** Undefined if there is none, or one of them is broken. */
function certificatesIn(pem: string): X509Certificate[] | undefined {
  const blocks = pem.match(certificates) ?? [];
  try {
    return blocks.length === 0 ? undefined : blocks.map((block) => new X509Certificate(block));
  } catch {
    return undefined;
  }
}

function privateKey(pem: string): KeyObject | { readonly detail: string } {
  try {
    return createPrivateKey(pem);
  } catch {
    const encrypted = /ENCRYPTED/.test(pem);
    const detail = encrypted
      ? 'is encrypted; decrypt it (openssl pkey) and let only the user of the service read the file'
      : 'holds no private key in PEM (-----BEGIN PRIVATE KEY-----)';
    return { detail };
  }
}
