/** Prints what the package consists of (CycloneDX), by the lock file: no network is needed, and nothing is installed. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Component {
  readonly 'bom-ref': string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

interface Bom {
  readonly metadata: { readonly component: object };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

const root = fileURLToPath(new URL('..', import.meta.url));
const { name } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly name: string };
const args = ['sbom', '--sbom-format=cyclonedx', '--package-lock-only', '--offline'];
const text = execFileSync('npm', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
process.stdout.write(`${JSON.stringify(shipped(JSON.parse(text) as Bom), undefined, 2)}\n`);

/** Its own `--omit=dev` leaves out what anything else develops with, too. */
function shipped({ metadata, components, dependencies, ...bom }: Bom): Bom & Record<string, unknown> {
  const kept = components.filter(({ properties = [] }) =>
    properties.every((property) => property.name !== 'cdx:npm:package:development'),
  );
  const refs = new Set(kept.map((component) => component['bom-ref']));
  const isKept = (ref: string): boolean => refs.has(ref) || ref.startsWith(`${name}@`);
  const between = dependencies
    .filter(({ ref }) => isKept(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter(isKept) }));
  // npm takes the name of the folder.
  const named = { ...metadata, component: { ...metadata.component, name } };
  return { ...bom, metadata: named, components: kept, dependencies: between };
}
