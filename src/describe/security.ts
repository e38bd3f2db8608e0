/** How a client shows who it is; none where everybody may. */
export type Credential = 'bearer' | 'apikey';

const schemes = {
  nosec: { scheme: 'nosec' },
  bearer: { scheme: 'bearer', in: 'header', name: 'Authorization' },
  apikey: { scheme: 'apikey', in: 'header', name: 'X-API-Key' },
} as const;

export interface Security {
  readonly securityDefinitions: Readonly<Record<string, object>>;
  readonly security: readonly string[];
}

/** The security of a Thing Description (TD 1.1 §5.3.3); where there are several ways, any of them does. */
export function securityOf(credentials: readonly Credential[]): Security {
  const ways = credentials.length === 0 ? (['nosec'] as const) : credentials;
  const definitions = Object.fromEntries(ways.map((way) => [`${way}_sc`, schemes[way]]));
  const names = Object.keys(definitions);
  if (names.length === 1) return { securityDefinitions: definitions, security: names };
  const any = { any_sc: { scheme: 'combo', oneOf: names } };
  return { securityDefinitions: { ...definitions, ...any }, security: ['any_sc'] };
}
