import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Authority } from '../../../test/support/certificates.ts';
import { needs } from '../../../test/support/needs.ts';
import { readFile } from '../../config/index.ts';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { checkCertificate } from './certificate.ts';
import type { Finding } from './finding.ts';

const day = 86_400_000;

/** So many days from now. */
function look(file: string, days: number): Promise<Finding> {
  return checkCertificate('server.tls.certificate', file, readFile, {
    clock: new VirtualClock(Date.now() + days * day),
  });
}

describe.skipIf(!needs('openssl', 'doctor: certificates'))('a certificate', () => {
  test('that ends soon, has ended, or has not begun', async () => {
    const { cert } = new Authority().issue('lab', '/CN=lab', { validity: ['-days', '90'] });
    const states = await Promise.all([1, 80, 100, -2].map((days) => look(cert, days)));
    expect(states.map(({ status, detail }) => [status, detail])).toEqual([
      ['ok', expect.stringMatching(/^CN=lab, until 20/)],
      ['warn', expect.stringMatching(/^expires in \d days: CN=lab/)],
      ['fail', expect.stringMatching(/^has expired: CN=lab/)],
      ['fail', expect.stringMatching(/^CN=lab is not valid before/)],
    ]);
    expect(states[1]?.of).toBe(`server.tls.certificate (${cert})`);
  });

  test('that stands in the configuration itself is not printed; of several the first to end counts', async () => {
    const authority = new Authority();
    const { cert } = authority.issue('lab', '/CN=lab', { validity: ['-days', '90'] });
    const both = `${readFileSync(cert, 'utf8')}${authority.pem}`;
    expect(await look(both, 1)).toMatchObject({ of: 'server.tls.certificate', status: 'warn' });
  });
});

test.skipIf(!needs('openssl', 'doctor: chains'))('those behind a certificate have to lead from it', async () => {
  const [authority, other] = [new Authority(), new Authority('Another CA')];
  const { cert } = authority.issue('lab', '/CN=lab', { validity: ['-days', '90'] });
  const withOne = (pem: string) => look(`${readFileSync(cert, 'utf8')}${pem}`, 0);
  const detail = 'none of those behind the first has signed it';
  expect(await withOne(other.pem)).toMatchObject({ status: 'warn', detail });
  expect((await withOne(authority.pem)).detail).not.toBe(detail);
  expect((await withOne(other.pem + authority.pem)).detail).not.toBe(detail);
});

test('no file, no certificate', async () => {
  expect(await look('/no/such.pem', 0)).toMatchObject({ status: 'fail', detail: 'does not exist' });
  expect(await look('package.json', 0)).toMatchObject({ status: 'fail', detail: 'holds no certificate' });
});
