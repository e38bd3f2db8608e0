import { expect, test } from 'vitest';
import { securityOf } from './security.ts';

const bearer = { scheme: 'bearer', in: 'header', name: 'Authorization', format: 'opaque' };
const certificate = expect.objectContaining({ scheme: 'auto' }) as object;

test.each([
  [[], ['nosec_sc'], { nosec_sc: { scheme: 'nosec' } }],
  [['bearer'], ['bearer_sc'], { bearer_sc: bearer }],
  [['certificate'], ['certificate_sc'], { certificate_sc: certificate }],
  [
    ['bearer', 'certificate'],
    ['any_sc'],
    {
      bearer_sc: bearer,
      certificate_sc: certificate,
      any_sc: { scheme: 'combo', oneOf: ['bearer_sc', 'certificate_sc'] },
    },
  ],
] as const)('%j', (ways, security, securityDefinitions) => {
  expect(securityOf(ways)).toEqual({ security, securityDefinitions });
});
