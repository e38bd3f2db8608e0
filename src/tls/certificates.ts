import type { Socket } from 'node:net';
import { type PeerCertificate, type Server, TLSSocket } from 'node:tls';
import type { Clock } from '../clock.ts';
import { BellcrankError } from '../errors.ts';
import { contextOf, readMaterial, type TlsFiles, type TlsMaterial } from './material.ts';

/** Whoever renews certificates has done so by then: three weeks before the end, or later where they last for days. */
const soonMs = 21 * 86_400_000;
const lastPart = 0.25;

interface Log {
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
}

export interface CertificateParts {
  readonly files: TlsFiles;
  readonly read: (path: string, maxBytes: number) => Promise<Uint8Array>;
  /** Why a file cannot be read, in words. */
  readonly failure: (error: unknown) => string;
  readonly clock: Clock;
  readonly log: Log;
}

/** The service's certificate, which may be replaced while it is used, and those that clients show. */
export class Certificates {
  readonly #parts: CertificateParts;
  #material: TlsMaterial;
  #server: Server | undefined;
  #reloading: Promise<void> = Promise.resolve();
  /** Connections whose certificates were held against the present `ca`. */
  #verified = new WeakSet<Socket>();

  /** @throws BellcrankError `invalid-request`: a file is not there, or no certificate, or they do not belong together */
  static async load(parts: CertificateParts): Promise<Certificates> {
    const certificates = new Certificates(parts, await materialOf(parts));
    certificates.#warn();
    return certificates;
  }

  private constructor(parts: CertificateParts, material: TlsMaterial) {
    this.#parts = parts;
    this.#material = material;
  }

  get material(): TlsMaterial {
    return this.#material;
  }

  /** What becomes of the certificate before long, and what to do, for who watches the service. */
  get trouble(): string | undefined {
    const { beginsAt, endsAt } = this.#material;
    const left = endsAt - this.#parts.clock.now();
    if (left > Math.min(soonMs, (endsAt - beginsAt) * lastPart)) return undefined;
    const at = new Date(endsAt).toISOString();
    const what = left > 0 ? `ends on ${at}` : `ended on ${at} and clients refuse it`;
    return `the certificate of the service ${what}; have it renewed, then reload`;
  }

  serve(server: Server): void {
    this.#server = server;
    server.on('secureConnection', (socket) => {
      if (socket.authorized) this.#verified.add(socket);
    });
  }

  /**
   * Reads the files anew. Connections that are open stay open; those that come get the new certificate. Who showed a
   * certificate before `ca` changed has to connect anew.
   *
   * @throws BellcrankError `invalid-request`: what is wrong with the files; nothing has changed then
   */
  reload(): Promise<void> {
    const next = this.#reloading.then(() => this.#reload());
    this.#reloading = next.catch(() => {});
    return next;
  }

  async #reload(): Promise<void> {
    const material = await materialOf(this.#parts);
    this.#server?.setSecureContext(contextOf(material));
    if (material.ca !== this.#material.ca) this.#verified = new WeakSet();
    this.#material = material;
    this.#parts.log.info({ endsAt: new Date(material.endsAt).toISOString() }, 'the certificates were read anew');
    this.#warn();
  }

  /** Whether what it proved to own counts still, which no longer rests on its being open. */
  believes(socket: Socket): boolean {
    return this.#verified.has(socket);
  }

  /** What the other end of a connection proved to own (RFC 8446 §4.4.2), if it is believed. */
  of(socket: Socket): PeerCertificate | undefined {
    if (!(socket instanceof TLSSocket) || !this.#verified.has(socket)) return undefined;
    const certificate = socket.getPeerCertificate();
    // Without one it is an empty object.
    return certificate.raw === undefined ? undefined : certificate;
  }

  #warn(): void {
    const { clock, log } = this.#parts;
    const { endsAt } = this.#material;
    if (clock.now() <= endsAt) return;
    log.warn(
      { endsAt: new Date(endsAt).toISOString() },
      'the certificate of the service has expired; clients refuse it',
    );
  }
}

async function materialOf({ files, read, failure }: CertificateParts): Promise<TlsMaterial> {
  const found = await readMaterial(files, read, failure);
  if (found.ok) return found.material;
  throw new BellcrankError('invalid-request', `server.tls.${found.part} ${found.detail}`);
}
