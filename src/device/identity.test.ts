import { expect, test } from 'vitest';
import { Identity } from './identity.ts';

test('the first one is taken at its word, another one is refused until it is accepted', () => {
  const identity = new Identity();
  expect(identity.known).toBeUndefined();
  identity.check('ACME,1');
  identity.check('ACME,1');
  expect(() => identity.check('ACME,2')).toThrow(expect.objectContaining({ code: 'identity-mismatch' }));
  expect(identity.known).toBe('ACME,1');
  identity.accept();
  identity.check('ACME,2');
  expect(identity.known).toBe('ACME,2');
});

test('what a device tells is cut and made printable, and compared as such', () => {
  const identity = new Identity();
  identity.check(`A\u009b${'x'.repeat(10_000)}`);
  expect(identity.known?.length).toBeLessThan(220);
  expect(identity.known).not.toContain('\u009b');
  identity.check(`A\u009b${'x'.repeat(10_000)}`);
});
