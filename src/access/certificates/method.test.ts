import type { PeerCertificate } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { rolesOf } from '../roles.ts';
import { CertificateMethod } from './method.ts';
import type { CertificateSettings } from './settings.ts';
import { parseSubject } from './subject.ts';

const print = Array.from({ length: 32 }, (_, index) => index.toString(16).padStart(2, '0').toUpperCase()).join(':');

/** As Node tells of one whose connection is believed. */
function certificate(subject: object = { CN: 'robot-7', O: 'Acme' }, more: object = {}): PeerCertificate {
  const times = { valid_from: 'Jan  1 00:00:00 2026 GMT', valid_to: 'Jan  2 00:00:00 2026 GMT' };
  return { subject, fingerprint256: print, ...times, ...more } as unknown as PeerCertificate; // what is read of it
}

function method(clock: VirtualClock, ...certificates: readonly CertificateSettings[]) {
  return new CertificateMethod({ certificates, roles: rolesOf({}), clock });
}

describe('a subject', () => {
  test('fits attribute by attribute: what stands in one cannot pass for another', () => {
    const fits = (pattern: string, subject: object) => parseSubject(pattern)(subject as PeerCertificate['subject']);
    expect(fits('CN=robot-*', { CN: 'robot-7' })).toBe(true);
    expect(fits('CN=robot-*, O = Acme', { CN: 'robot-7', O: 'Acme' })).toBe(true);
    expect(fits('CN=robot-*,O=Acme', { CN: 'robot-7,O=Acme' })).toBe(false);
    expect(fits('CN=robot-*', { CN: 'a robot-7' })).toBe(false);
    expect(fits('CN=robot-*', { O: 'robot-7' })).toBe(false);
    expect(fits('CN=robot-?', { CN: ['robot-7', 'admin'] })).toBe(false);
    expect(fits('CN=*', {})).toBe(false);
    expect(fits('constructor=*', {})).toBe(false);
    expect(fits('CN=a.b', { CN: 'axb' })).toBe(false);
  });

  test.each(['', 'robot', 'CN=', '=a', 'CN=a,', 'CN=a,b', '*=a'])('%j is none', (text) => {
    expect(() => parseSubject(text)).toThrow('a subject is written like CN=robot-*,O=Acme');
  });
});

describe('a client certificate', () => {
  test('is whose it says, with what the first rule that fits grants', () => {
    const clock = new VirtualClock();
    const its = method(
      clock,
      { subject: 'CN=panel', role: 'admin' },
      { subject: 'CN=robot-*', scopes: ['command:arm-*'] },
      { subject: 'CN=*', role: 'viewer' },
    );
    const robot = its.credential({ certificate: certificate() });
    expect(robot?.name).toBe('cert:robot-7');
    expect(robot?.refusal({ action: 'command', device: { id: 'arm-1', labels: {} } })).toBeUndefined();
    expect(robot?.refusal({ action: 'read' })).toMatchObject({ code: 'forbidden' });
    expect(its.credential({ certificate: certificate({ CN: 'guest' }) })?.mayAnywhere('read')).toBe(true);
    expect(its.credential({})).toBeUndefined();
    expect(its.credential({ certificate: certificate({ O: 'Acme' }) })).toBeUndefined();
    expect(its.configured()).toBe(true);
    expect(method(clock).configured()).toBe(false);
  });

  test('by its fingerprint is that one alone, whatever it is called; with a subject both must fit', () => {
    const clock = new VirtualClock();
    const plain = print.replaceAll(':', '').toLowerCase();
    const byPrint = method(clock, { fingerprint256: plain, name: 'panel', role: 'viewer' });
    expect(byPrint.credential({ certificate: certificate() })?.name).toBe('cert:panel');
    const other = certificate(undefined, { fingerprint256: print.replace('00:', 'FF:') });
    expect(byPrint.credential({ certificate: other })).toBeUndefined();
    const both = method(clock, { fingerprint256: print, subject: 'CN=panel', role: 'viewer' });
    expect(both.credential({ certificate: certificate() })).toBeUndefined();
    expect(method(clock, { role: 'viewer' }).credential({ certificate: certificate() })).toBeUndefined();
  });

  test('a name that could forge a line of a log is not taken', () => {
    const its = method(new VirtualClock(), { fingerprint256: print, role: 'viewer' });
    for (const CN of ['a\nb', '\u001b[2J', 'x'.repeat(201), ['a', 'b'], undefined]) {
      expect(its.credential({ certificate: certificate({ CN }) })?.name).toBe('cert:0001020304050607');
    }
  });

  test('is good as long as who signed it is believed, also for who is here already', () => {
    const its = method(new VirtualClock(), { subject: 'CN=robot-*', role: 'admin' });
    let believed = true;
    const caller = its.credential({ certificate: certificate(), isBelieved: () => believed });
    expect(caller?.may({ action: 'stop' })).toBe(true);
    believed = false;
    expect(caller?.refusal({ action: 'stop' })).toMatchObject({ code: 'unauthenticated' });
    expect([caller?.may({ action: 'stop' }), caller?.mayAnywhere('read')]).toEqual([false, false]);
  });

  test('is good in its time alone, also for who is here already', async () => {
    const clock = new VirtualClock(Date.UTC(2026, 0, 1, 23, 59, 59));
    const its = method(clock, { subject: 'CN=robot-*', role: 'admin' });
    const caller = its.credential({ certificate: certificate() });
    expect(caller?.refusal({ action: 'stop' })).toBeUndefined();
    await clock.advance(1000);
    expect(caller?.refusal({ action: 'stop' })).toBeUndefined();
    await clock.advance(1);
    expect(caller?.refusal({ action: 'stop' })).toMatchObject({ code: 'unauthenticated' });
    expect(() => its.credential({ certificate: certificate() })).toThrow('has expired');
    const early = method(new VirtualClock(Date.UTC(2025, 11, 31)), { subject: 'CN=*', role: 'admin' });
    expect(() => early.credential({ certificate: certificate() })).toThrow('not valid yet');
    const odd = certificate(undefined, { valid_to: 'whenever' });
    expect(() => its.credential({ certificate: odd })).toThrow('has expired');
  });
});
