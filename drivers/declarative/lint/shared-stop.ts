import type { Finding } from '../definition/definition.ts';
import { warning } from '../definition/scope.ts';
import { fieldsOf } from '../template/index.ts';
import { expectPath, type Rule } from './subject.ts';

/** On a line with several devices, a reply that does not say whose it is, where it would acknowledge a stop. */
export const sharedStop: Rule = (subject): Finding[] => {
  const { raw, uses } = subject;
  const options = [...(raw.address ?? '').matchAll(/\{([\w-]+)\}/g)].map(([, name = '']) => name);
  if (options.length === 0) return [];
  return uses.flatMap(({ role, exchange }) => {
    const [first] = exchange.expect;
    if (role !== 'stop' || first === undefined) return [];
    if (fieldsOf(first).some(({ name }) => name !== undefined && options.includes(name))) return [];
    const detail =
      'does not say which device answers: another one on the line may answer late, and acknowledge the stop';
    return [warning(expectPath(subject, exchange, 0), detail)];
  });
};
