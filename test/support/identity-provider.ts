import { exportJWK, generateKeyPair, type CryptoKey, type JWK, type JWTPayload, SignJWT } from 'jose';
import { KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
}

export async function signingKey(kid: string, alg = 'ES256'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

/** Who signs tokens, over real HTTP: OpenID Connect Discovery and a JWK set. */
export class IdentityProvider {
  readonly #server: Server;
  /** Keys that it shows. */
  shown: readonly JWK[] = [];
  /** In place of what it would answer. */
  answers: ((path: string, response: ServerResponse) => boolean) | undefined;
  readonly asked: string[] = [];

  static async start(): Promise<IdentityProvider> {
    const provider = new IdentityProvider();
    provider.#server.listen(0, '127.0.0.1');
    await once(provider.#server, 'listening');
    onTestFinished(() => provider.stop());
    return provider;
  }

  private constructor() {
    this.#server = createServer(({ url = '' }, response) => {
      this.asked.push(url);
      if (this.answers?.(url, response) === true) return;
      const found: unknown = {
        '/.well-known/openid-configuration': { issuer: this.issuer, jwks_uri: `${this.issuer}/keys` },
        '/keys': { keys: this.shown },
      }[url];
      response.writeHead(found === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(found ?? {}));
    });
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How often it was asked for its keys. */
  get times(): number {
    return this.asked.filter((path) => path === '/keys').length;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** A token as it should be, but for what is given. `atMs` is when it is made; it is good for five minutes. */
  async token(key: SigningKey, atMs: number, claims: JWTPayload = {}, header: object = {}): Promise<string> {
    const seconds = Math.floor(atMs / 1000);
    const whole = { iss: this.issuer, aud: 'bellcrank', sub: 'ada', iat: seconds, exp: seconds + 300, ...claims };
    const { alg, kid, privateKey } = key;
    return await new SignJWT(whole).setProtectedHeader({ alg, kid, ...header }).sign(privateKey);
  }
}

/** Signed with ES256 as it is: what a library would not write (RFC 7515 §5.1, RFC 7518 §3.4). */
export function signedAsIs({ privateKey }: SigningKey, header: object, claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${part(header)}.${part(claims)}`;
  const key = { key: KeyObject.from(privateKey), dsaEncoding: 'ieee-p1363' } as const;
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
}
