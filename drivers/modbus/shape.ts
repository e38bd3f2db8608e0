import { inspect } from '../../src/yaml/inspect.ts';
import { isRecord } from '../../src/yaml/schema-walk.ts';
import { suggestion } from '../../src/yaml/suggest.ts';
import type { Finding } from './findings.ts';
import { identifyForms, modbusMapSchema } from './map-schema.ts';

/** Maps whose keys are names that the author gives. */
const named = ['properties', 'commands', 'params', 'reads', 'read'];

/** What may stand where a schema has several forms, in one sentence instead of one for each form. */
const forms: Readonly<Record<string, string>> = {
  invalid: 'must be a number, a list of numbers, or `nan`',
  value: 'must be a number, text, true or false',
  equals: 'must be a number, text, true or false',
};

/** What the schema has to say of a map, in words for whoever writes it. */
export function shapeFindings(value: unknown): Finding[] {
  const found = inspect(modbusMapSchema, value, []);
  const isOfIdentity = ({ path }: Finding): boolean => path[0] === 'identify';
  const others = found.filter((finding) => !isOfIdentity(finding));
  const identity = isRecord(value) && found.some(isOfIdentity) ? identityFindings(value['identify']) : [];
  return [...withoutForms(others), ...identity].map(ofName);
}

/** Only the form that is meant is explained. */
function identityFindings(identify: unknown): Finding[] {
  const path = ['identify'];
  if (!isRecord(identify)) return [{ path, detail: 'must be a map with `register` or `object`' }];
  const form = Object.hasOwn(identify, 'object') ? identifyForms.object : identifyForms.register;
  const isKnown = Object.hasOwn(identify, 'object') || Object.hasOwn(identify, 'register');
  if (isKnown) return withoutForms(inspect(form, identify, path));
  const known = Object.values(identifyForms).flatMap(({ properties }) => Object.keys(properties));
  const unknown = Object.keys(identify).filter((key) => !known.includes(key));
  if (unknown.length === 0) return [{ path, detail: 'needs `register` or `object`' }];
  return unknown.map((key) => ({
    path: [...path, key],
    detail: `is not a known key${suggestion(key, [...new Set(known)])}`,
    key: true,
  }));
}

function withoutForms(found: readonly Finding[]): Finding[] {
  const formless = found.filter(({ detail }) => detail === 'fits none of its forms').map(({ path }) => path.join('/'));
  const kept = found.filter(({ path }) => !formless.some((whole) => `${path.join('/')}/`.startsWith(`${whole}/`)));
  const explained = found.flatMap(({ path, detail }) =>
    detail === 'fits none of its forms' ? [{ path, detail: forms[String(path.at(-1))] ?? detail }] : [],
  );
  return [...kept, ...explained];
}

function ofName(finding: Finding): Finding {
  const { path, detail } = finding;
  if (!detail.startsWith('is not a known key') || !named.includes(String(path.at(-2)))) return finding;
  return { path, detail: 'the name must be lower-case words and digits with hyphens between them', key: true };
}
