import { Type } from '@sinclair/typebox';
import { maxScopeLength } from '../access/scope.ts';
import { certificatesSchema, jwtSchema } from './credentials-schema.ts';

const scopes = (description: string, options: object = {}) =>
  Type.Array(Type.String({ minLength: 1, maxLength: maxScopeLength }), {
    maxItems: 100,
    uniqueItems: true,
    description,
    ...options,
  });

export const accessSchema = Type.Object(
  {
    anonymous: scopes(
      'What may be done without credentials once there are some, as scopes: `read`. Nothing by default.',
      {
        default: [],
      },
    ),
    roles: Type.Record(
      Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' }),
      scopes('The scopes of the role.', { minItems: 1 }),
      {
        additionalProperties: false,
        maxProperties: 100,
        default: {},
        description: 'Roles beside viewer, operator, engineer and admin: names for lists of scopes.',
      },
    ),
    jwt: jwtSchema,
    certificates: certificatesSchema,
    sessions: Type.Object(
      {
        idleMinutes: Type.Integer({
          default: 60,
          minimum: 1,
          maximum: 10_080,
          description: 'How long somebody stays signed in on a page that is not open, in minutes.',
        }),
        totalHours: Type.Integer({
          default: 24,
          minimum: 1,
          maximum: 8760,
          description: 'How long at most, in hours.',
        }),
      },
      { additionalProperties: false, default: {}, description: 'Who is signed in on the page.' },
    ),
  },
  { additionalProperties: false, default: {}, description: 'Who may do what: see docs/access.md.' },
);
