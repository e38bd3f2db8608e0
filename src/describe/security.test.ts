import { expect, test } from 'vitest';
import { securityOf } from './security.ts';

test.each([
  [[], ['nosec_sc'], { nosec_sc: { scheme: 'nosec' } }],
  [['bearer'], ['bearer_sc'], { bearer_sc: { scheme: 'bearer', in: 'header', name: 'Authorization' } }],
  [
    ['bearer', 'apikey'],
    ['any_sc'],
    {
      bearer_sc: { scheme: 'bearer', in: 'header', name: 'Authorization' },
      apikey_sc: { scheme: 'apikey', in: 'header', name: 'X-API-Key' },
      any_sc: { scheme: 'combo', oneOf: ['bearer_sc', 'apikey_sc'] },
    },
  ],
] as const)('%j', (credentials, security, securityDefinitions) => {
  expect(securityOf(credentials)).toEqual({ security, securityDefinitions });
});
