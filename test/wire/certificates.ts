import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './support.ts';

export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
}

export interface IssueOptions {
  /** Name, and what else it is for, as openssl writes it (`DNS:localhost,IP:127.0.0.1`). */
  readonly name: string;
  readonly altNames?: string;
  /** Ended yesterday. */
  readonly expired?: boolean;
  readonly passphrase?: string;
}

/** A certificate authority in a folder of its own, for one test. */
export class Authority {
  readonly folder = temporaryFolder();
  readonly caFile = join(this.folder, 'ca.pem');
  readonly #caKey = join(this.folder, 'ca.key');
  #issued = 0;

  constructor() {
    const subject = ['-subj', '/CN=test authority', '-days', '2', '-out', this.caFile, '-keyout', this.#caKey];
    openssl('req', '-x509', ...newKey, '-nodes', ...subject);
  }

  issue({ name, altNames, expired = false, passphrase }: IssueOptions): Certificate {
    const base = join(this.folder, String(this.#issued++));
    const [keyFile, certFile, request] = [`${base}.key`, `${base}.pem`, `${base}.csr`];
    const protection = passphrase === undefined ? ['-nodes'] : ['-passout', `pass:${passphrase}`];
    openssl('req', ...newKey, ...protection, '-subj', `/CN=${name}`, '-keyout', keyFile, '-out', request);
    const extensions = `${base}.ext`;
    writeFileSync(extensions, altNames === undefined ? '' : `subjectAltName=${altNames}\n`);
    if (expired) this.#signExpired(request, certFile, extensions);
    else {
      const by = ['-CA', this.caFile, '-CAkey', this.#caKey, '-CAcreateserial', '-days', '2'];
      openssl('x509', '-req', '-in', request, '-out', certFile, '-extfile', extensions, ...by);
    }
    return { certFile, keyFile };
  }

  /** `x509` takes dates only since OpenSSL 3.4; `ca` takes them, and wants a database. */
  #signExpired(request: string, certFile: string, extensions: string): void {
    const config = join(this.folder, 'ca.conf');
    writeFileSync(join(this.folder, 'index.txt'), '');
    writeFileSync(
      config,
      ['[ca]', 'default_ca=d', '[d]', `database=${join(this.folder, 'index.txt')}`, `new_certs_dir=${this.folder}`]
        .concat(['rand_serial=yes', 'default_md=sha256', 'policy=p', '[p]', 'commonName=supplied'])
        .join('\n'),
    );
    const dates = ['-startdate', '20200101000000Z', '-enddate', '20200102000000Z'];
    const by = ['-cert', this.caFile, '-keyfile', this.#caKey, '-extfile', extensions, ...dates];
    openssl('ca', '-batch', '-config', config, '-in', request, '-out', certFile, '-notext', ...by);
  }
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];

function openssl(...parameters: readonly string[]): void {
  execFileSync('openssl', parameters, { stdio: 'pipe' });
}
