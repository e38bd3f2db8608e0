/** Whose tokens are believed, and what they say; `access.jwt` of the configuration. */
export interface JwtSettings {
  /** As it stands in its tokens (RFC 7519 §4.1.1). */
  readonly issuer: string;
  /** Tokens must be made for one of them (RFC 7519 §4.1.3). */
  readonly audience: readonly string[];
  /** Where its keys are (RFC 7517 §5); by OpenID Connect Discovery if absent. */
  readonly jwks?: string | undefined;
  readonly algorithms: readonly string[];
  readonly clockSkewSeconds: number;
  /** The claim that names who it is. */
  readonly nameClaim: string;
  /** The claim that `map` is about: a list, or words with blanks between them; dots lead into objects. */
  readonly scopesClaim: string;
  /** What each value of it grants: a role, or scopes. */
  readonly map: Readonly<Record<string, string | readonly string[]>>;
  /** Stands before names, where there are several issuers. */
  readonly name?: string | undefined;
}

/** Those that are checked with a public key; the others would make a key out of what everybody may read. */
export const signatureAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;
