import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../wire/support.ts';

export interface Certificate {
  /** Paths. */
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority of a test's own, in a folder that goes with the test. */
export class Authority {
  readonly folder: string;
  readonly certificate: Certificate;

  constructor(name = 'Test CA', folder = temporaryFolder()) {
    this.folder = folder;
    this.certificate = this.#files(`ca-${name.replaceAll(/\W/g, '-')}`);
    const { cert, key } = this.certificate;
    const subject = ['-subj', `/CN=${name}`, '-days', '2', '-out', cert];
    const extensions = ['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign'];
    openssl('req', '-x509', ...newKey(key), ...subject, ...extensions);
  }

  /** PEM. */
  get pem(): string {
    return readFileSync(this.certificate.cert, 'utf8');
  }

  /** Signs one for a service on this machine, or for a client. `seconds` may be negative: it ended before. */
  issue(file: string, subject: string, { validity = ['-days', '1'], alternative = 'DNS:localhost,IP:127.0.0.1' } = {}) {
    const its = this.#files(file);
    const request = join(this.folder, `${file}.csr`);
    openssl('req', '-new', ...newKey(its.key), '-subj', subject, '-out', request);
    const extensions = join(this.folder, `${file}.ext`);
    writeFileSync(extensions, `subjectAltName=${alternative}\nbasicConstraints=CA:FALSE\n`);
    const { cert, key } = this.certificate;
    const signing = ['-CA', cert, '-CAkey', key, '-CAcreateserial', '-extfile', extensions, '-out', its.cert];
    openssl('x509', '-req', '-in', request, ...signing, ...validity);
    return its;
  }

  #files(name: string): Certificate {
    return { cert: join(this.folder, `${name}.pem`), key: join(this.folder, `${name}.key`) };
  }
}

function newKey(file: string): string[] {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', file];
}

export function openssl(...args: readonly string[]): string {
  return execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
}
