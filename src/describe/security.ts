/** A way in which clients can show who they are. */
export type Way = 'bearer' | 'certificate';

/** `auto`: TLS settles it (TD 1.1 §5.3.3.3). The defaults of `bearer`, `jwt` and `ES256`, are not what an API key is. */
const things = {
  nosec: { scheme: 'nosec' },
  bearer: { scheme: 'bearer', in: 'header', name: 'Authorization', format: 'opaque' },
  certificate: { scheme: 'auto', description: 'A client certificate, over TLS.' },
} as const;

const bearer = 'An API key (bellcrank keys create makes one), or a token of a configured issuer.';

/** As OpenAPI 3.1 (§4.8.27) has them. */
export const operationSchemes = {
  bearer: { type: 'http', scheme: 'bearer', description: bearer },
  certificate: { type: 'mutualTLS', description: 'A client certificate.' },
} as const;

/** As AsyncAPI 3.0 has them. */
export const serverSchemes = {
  bearer: { type: 'http', scheme: 'bearer', description: bearer },
  certificate: { type: 'X509', description: 'A client certificate, over TLS.' },
} as const;

export interface Security {
  readonly securityDefinitions: Readonly<Record<string, object>>;
  readonly security: readonly string[];
}

/** The security of a Thing Description (TD 1.1 §5.3.3); where there are several ways, any of them does, and where none is, nobody asks. */
export function securityOf(ways: readonly Way[]): Security {
  const names = ways.length === 0 ? (['nosec'] as const) : ways;
  const definitions = Object.fromEntries(names.map((name) => [`${name}_sc`, things[name]]));
  const all = Object.keys(definitions);
  if (all.length === 1) return { securityDefinitions: definitions, security: all };
  const any = { any_sc: { scheme: 'combo', oneOf: all } };
  return { securityDefinitions: { ...definitions, ...any }, security: ['any_sc'] };
}
