import { formatProblems, inOrder, locate } from '../../../config/problem.ts';
import type { Reference } from '../../../config/secrets.ts';
import type { JsonSchema } from '../../../driver/spec.ts';
import { inspect } from '../../../yaml/inspect.ts';
import { type Finding, placesIn } from '../../../yaml/place.ts';
import { isRecord } from '../../../yaml/schema-walk.ts';
import { suggestion } from '../../../yaml/suggest.ts';
import { parseTree } from '../../../yaml/tree.ts';
import { exitCodes } from '../../context.ts';
import { CliFailure } from '../failure.ts';
import { keyProblem } from './key.ts';
import { serviceUrl } from './url.ts';

/** What the profile file says, checked. */
export interface ProfileFile {
  readonly profiles: Readonly<Record<string, { readonly url: string; readonly apiKey?: string | Reference }>>;
  /** The profile that is used where none is named. */
  readonly default?: string;
}

const one = (key: string): JsonSchema => ({
  type: 'object',
  properties: { [key]: { type: 'string', minLength: 1 } },
  required: [key],
  additionalProperties: false,
});

const schema: JsonSchema = {
  type: 'object',
  properties: {
    default: { type: 'string' },
    profiles: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        properties: {
          url: { type: 'string' },
          apiKey: { anyOf: [{ type: 'string' }, one('env'), one('file')] },
        },
        required: ['url'],
        additionalProperties: false,
      },
    },
  },
  required: ['profiles'],
  additionalProperties: false,
};

/** Reads the text of a profile file. Tells all that is wrong with it at once, with its place, and no key. */
export function readProfiles(text: string, path: string): ProfileFile {
  const tree = parseTree(text);
  const unclear = tree.problems.map(({ line, column, detail }) => ({ source: path, line, column, path: '', detail }));
  const findings = unclear.length > 0 ? [] : findingsIn(tree.value);
  const problems = [...unclear, ...inOrder(locate(findings, placesIn(tree, findings), path, new Map()))];
  if (problems.length > 0) throw new CliFailure(exitCodes.usage, formatProblems(problems));
  return tree.value as ProfileFile; // it fits the schema
}

function findingsIn(value: unknown): Finding[] {
  const findings = inspect(schema, value, []);
  if (findings.length > 0 || !isRecord(value)) return findings;
  const profiles = isRecord(value['profiles']) ? value['profiles'] : {};
  const { default: chosen } = value;
  const unknown = typeof chosen === 'string' && !Object.hasOwn(profiles, chosen);
  return [
    ...(unknown ? [{ path: ['default'], detail: `names no profile${suggestion(chosen, Object.keys(profiles))}` }] : []),
    ...Object.entries(profiles).flatMap(([name, profile]) => (isRecord(profile) ? inProfile(name, profile) : [])),
  ];
}

function inProfile(name: string, { url, apiKey }: Record<string, unknown>): Finding[] {
  const place = typeof url === 'string' ? serviceUrl(url) : { href: '' };
  const key = typeof apiKey === 'string' ? keyProblem(apiKey) : undefined;
  return [
    ...('problem' in place ? [{ path: ['profiles', name, 'url'], detail: place.problem }] : []),
    ...(key === undefined ? [] : [{ path: ['profiles', name, 'apiKey'], detail: key }]),
  ];
}
