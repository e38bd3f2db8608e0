import { Type } from '@sinclair/typebox';
import { signatureAlgorithms } from '../access/jwt/settings.ts';
import { maxScopeLength } from '../access/scope.ts';
import { namePattern } from './schema.ts';

const closed = { additionalProperties: false } as const;
const url = (description: string) => Type.String({ minLength: 1, maxLength: 2000, description });
const role = Type.String({ pattern: namePattern, description: 'A role.' });
const scopes = Type.Array(Type.String({ minLength: 1, maxLength: maxScopeLength }), {
  minItems: 1,
  maxItems: 100,
  uniqueItems: true,
  description: 'Scopes: `command:psu-*`.',
});

const issuerSchema = Type.Object(
  {
    issuer: url('The issuer as its tokens name it: https, or http on this machine.'),
    audience: Type.Array(Type.String({ minLength: 1, maxLength: 500 }), {
      minItems: 1,
      maxItems: 20,
      uniqueItems: true,
      description: 'Whom tokens must be made for: one of these.',
    }),
    jwks: Type.Optional(url('Where its keys are; found by OpenID Connect Discovery if absent.')),
    algorithms: Type.Array(
      Type.Unsafe<(typeof signatureAlgorithms)[number]>({ type: 'string', enum: [...signatureAlgorithms] }),
      {
        minItems: 1,
        uniqueItems: true,
        default: ['RS256', 'ES256', 'EdDSA'],
        description: 'How tokens may be signed; never with a shared secret, or not at all.',
      },
    ),
    clockSkewSeconds: Type.Integer({
      default: 30,
      minimum: 0,
      maximum: 300,
      description: 'What its clock and this one may differ by, in seconds.',
    }),
    nameClaim: Type.String({
      default: 'sub',
      minLength: 1,
      maxLength: 200,
      description: 'The claim that names who it is: `oidc:` and this stand in records.',
    }),
    scopesClaim: Type.String({
      default: 'scope',
      minLength: 1,
      maxLength: 200,
      description: 'The claim that `map` is about: a list, or words; dots lead into objects: `realm_access.roles`.',
    }),
    map: Type.Record(Type.String({ minLength: 1, maxLength: 500 }), Type.Union([role, scopes]), {
      minProperties: 1,
      maxProperties: 1000,
      description: 'What each value of that claim grants: a role, or a list of scopes. Other values grant nothing.',
    }),
    name: Type.Optional(
      Type.String({
        pattern: namePattern,
        description: 'Stands before names, `oidc:NAME/…`: needed where there are several issuers.',
      }),
    ),
  },
  { ...closed, description: 'An issuer of tokens (OpenID Connect) that is believed.' },
);

export const jwtSchema = Type.Array(issuerSchema, {
  maxItems: 20,
  default: [],
  description: 'Who signs tokens that let somebody in: see docs/tls.md.',
});

const certificateSchema = Type.Object(
  {
    subject: Type.Optional(
      Type.String({
        minLength: 3,
        maxLength: 500,
        description: 'Whose certificate: `CN=robot-*,O=Acme`; each must fit, and `*` is any text.',
      }),
    ),
    fingerprint256: Type.Optional(
      Type.String({
        pattern: '^[0-9A-Fa-f]{2}(:?[0-9A-Fa-f]{2}){31}$',
        description: 'Or which: its SHA-256, as `openssl x509 -fingerprint -sha256` prints it.',
      }),
    ),
    name: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9][A-Za-z0-9 ._@-]{0,99}$',
        description: 'Stands in records, as `cert:NAME`; the CN of the certificate if absent.',
      }),
    ),
    role: Type.Optional(role),
    scopes: Type.Optional(scopes),
  },
  { ...closed, description: 'Client certificates that let somebody in.' },
);

export const certificatesSchema = Type.Array(certificateSchema, {
  maxItems: 1000,
  default: [],
  description: 'What client certificates of `server.tls.ca` grant; the first that fits counts. See docs/tls.md.',
});
