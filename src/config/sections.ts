import { checkAccess } from './access.ts';
import { accessSchema } from './access-schema.ts';
import { buildStore } from './build-store.ts';
import type { Config } from './config.ts';
import { applyOverrides, environmentOverrides } from './environment.ts';
import { type ConfigProblem, inOrder, locate } from './problem.ts';
import { maxFileBytes, readFailure, readFile, utf8 } from './read-file.ts';
import { storeSchema } from './schema.ts';
import type { Environment } from './secrets.ts';
import { inspect } from '../yaml/inspect.ts';
import { isRecord, withDefaults } from '../yaml/schema-walk.ts';
import { placesIn } from '../yaml/place.ts';
import { parseTree } from '../yaml/tree.ts';

/** The parts of a configuration that say where keys are kept, and what roles there are. */
export type KeySections = Pick<Config, 'store' | 'access'>;

export type SectionsResult =
  | { readonly ok: true; readonly sections: KeySections }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** Reads those alone: no driver is loaded, and what is wrong elsewhere in the file keeps nobody from revoking a key. */
export async function loadKeySections(file: string, env: Environment): Promise<SectionsResult> {
  const text = await readFile(file, maxFileBytes).then(utf8).catch(readFailureOf);
  if (typeof text !== 'string') return failed(file, text?.failure ?? 'is not text in UTF-8');
  const tree = parseTree(text);
  if (!tree.readable || !isRecord(tree.value)) return failed(file, 'is no configuration; bellcrank check says more');
  const { value, origins } = applyOverrides(tree.value, environmentOverrides(env).overrides);
  const sections = [
    ['store', storeSchema],
    ['access', accessSchema],
  ] as const;
  const findings = [
    ...sections.flatMap(([key, schema]) => (Object.hasOwn(value, key) ? inspect(schema, value[key], [key]) : [])),
    ...checkAccess(value['access']),
  ];
  if (findings.length > 0)
    return { ok: false, problems: inOrder(locate(findings, placesIn(tree, findings), file, origins)) };
  const access = withDefaults(accessSchema, value['access'] ?? {}) as Config['access']; // just checked
  return { ok: true, sections: { store: buildStore(file, value['store']), access } };
}

function readFailureOf(error: unknown): { readonly failure: string } {
  return { failure: readFailure(error) };
}

function failed(source: string, detail: string): SectionsResult {
  return { ok: false, problems: [{ source, path: '', detail }] };
}
