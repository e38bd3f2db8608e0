import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IClientOptions } from 'mqtt';
import type { Clock } from '../clock.ts';
import { BellcrankError, messageOf } from '../errors.ts';
import type { Settings } from './mqtt-settings.ts';

/** What MQTT.js needs for a connection by TLS. Rejects with `device-offline` and which setting is wrong. */
export async function tlsOptions(wanted: Settings, clock: Clock): Promise<IClientOptions> {
  const { rejectUnauthorized = true, caFile, serverName } = wanted;
  return {
    rejectUnauthorized,
    ...(serverName !== undefined && named(serverName)),
    ...(caFile !== undefined && { ca: await read('caFile', caFile) }),
    ...(await identity(wanted, clock)),
  };
}

/** For both ways to TLS. */
function named(servername: string): IClientOptions {
  // `ws` hands it on to TLS, as it does with all of TLS' options; its types do not know all of them.
  return { servername, wsOptions: { servername } as IClientOptions['wsOptions'] & object };
}

async function identity(wanted: Settings, clock: Clock): Promise<{ cert?: Buffer; key?: Buffer; passphrase?: string }> {
  const { certFile, keyFile, keyPassphrase: passphrase } = wanted;
  if (certFile === undefined && keyFile === undefined) return {};
  if (certFile === undefined || keyFile === undefined) throw wrong('certFile and keyFile go together; one is missing');
  const [cert, key] = await Promise.all([read('certFile', certFile), read('keyFile', keyFile)]);
  const certificate = parsed('certFile', 'no certificate in PEM', () => new X509Certificate(cert));
  const secret = parsed('keyFile', keyHint(passphrase), () => privateKey(key, passphrase));
  if (!certificate.checkPrivateKey(secret)) throw wrong('keyFile is not the key of the certificate in certFile');
  const now = clock.now();
  if (certificate.validToDate.getTime() < now)
    throw wrong(`the certificate in certFile expired on ${certificate.validTo}`);
  if (certificate.validFromDate.getTime() > now) {
    throw wrong(`the certificate in certFile is not valid before ${certificate.validFrom}`);
  }
  return { cert, key, ...(passphrase !== undefined && { passphrase }) };
}

function privateKey(key: Buffer, passphrase: string | undefined): KeyObject {
  return createPrivateKey(passphrase === undefined ? key : { key, passphrase });
}

function keyHint(passphrase: string | undefined): string {
  return passphrase === undefined
    ? 'no private key in PEM, or one that needs keyPassphrase'
    : 'no private key in PEM, or not encrypted with keyPassphrase';
}

function parsed<T>(setting: string, hint: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw wrong(`${setting} holds ${hint} (${messageOf(cause)})`, cause);
  }
}

async function read(setting: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw wrong(`${setting} cannot be read: ${messageOf(cause)}`, cause);
  }
}

function wrong(text: string, cause?: unknown): BellcrankError {
  return new BellcrankError('device-offline', text, { cause });
}
