import { BellcrankError, type JsonSchema } from '../../../src/driver/index.ts';
import { compile } from './compile.ts';
import type { Understood } from './rounds.ts';
import type { Definition, DefinitionSource, Finding, Report } from './definition.ts';
import { compactSchema } from './json-schema.ts';
import { addressText, checkAddress, checkEnds, largestOptions, withOptionDefaults } from './options.ts';
import { definitionSchema, type RawDefinition } from './schema/definition.ts';
import { checkSchema } from './schemas.ts';
import { shapeFindings } from './shape.ts';
import { entriesOf, error } from './scope.ts';

/** A definition that is known to be sound, as those are that come with Bellcrank: compiled, and hardly checked. */
export function trust(value: Readonly<Record<string, unknown>>): Understood<DefinitionSource> {
  // Tests have checked its shape.
  const raw = value as RawDefinition;
  if (raw.abstract === true) return { findings: [] };
  const findings: Finding[] = [];
  const largest = compile(raw, largestOptions(raw), (finding) => findings.push(finding), false);
  return { findings, result: sourceOf(raw, largest) };
}

/** The text protocol's dialect: a merged document, checked and compiled for its largest instance. */
export function understand(value: Readonly<Record<string, unknown>>): Understood<DefinitionSource> {
  const findings: Finding[] = languageFindings(value);
  const report: Report = (finding) => findings.push(finding);
  if (findings.length > 0) return { findings };
  // Just found to be of this shape.
  const raw = value as RawDefinition;
  if (raw.model === undefined && raw.abstract !== true) report(error(['model'], 'is required'));
  for (const [name, schema] of entriesOf(raw.options)) checkOption(name, schema, report);
  checkEnds(raw, report);
  checkAddress(raw, report);
  const largest = compile(raw, largestOptions(raw), report, true);
  const distinct = withoutRepetition(findings);
  if (raw.abstract === true || distinct.some(({ severity }) => severity === 'error')) return { findings: distinct };
  return { findings: distinct, result: sourceOf(raw, largest) };
}

let compact: JsonSchema | undefined;

function languageFindings(value: unknown): Finding[] {
  compact ??= compactSchema();
  return shapeFindings(definitionSchema, value, compact);
}

function checkOption(name: string, schema: Readonly<Record<string, unknown>>, report: Report): void {
  const path = ['options', name];
  if (!/^[A-Za-z][\w-]{0,62}$/.test(name) || name === 'value' || name === 'message') {
    report(
      error(path, 'the name must be letters, digits, hyphens and underscores, and not value or message', { key: true }),
    );
  }
  checkSchema(schema, path, report);
}

/** A rule of the whole definition is compiled once, but what `each` makes is compiled for each. */
function withoutRepetition(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ path, detail, offset }) => {
    const key = JSON.stringify([path, detail, offset]);
    return !seen.has(key) && seen.add(key);
  });
}

function sourceOf(raw: RawDefinition, largest: DefinitionSource['largest']): DefinitionSource {
  const { address } = raw;
  // Whoever attaches again has the options of before, and most devices of a definition have none of their own.
  let last: { readonly options: string; readonly definition: Definition } | undefined;
  return {
    name: largest.model.name,
    summary: largest.model.summary,
    largest,
    hasAddress: address !== undefined,
    address: (options) => (address === undefined ? undefined : addressText(address, withOptionDefaults(raw, options))),
    compile(given) {
      const options = withOptionDefaults(raw, given);
      const key = JSON.stringify(options);
      if (last?.options === key) return last.definition;
      const findings: Finding[] = [];
      const definition = compile(raw, options, (finding) => findings.push(finding), false);
      const [wrong] = findings.filter(({ severity }) => severity === 'error');
      if (wrong === undefined) return (last = { options: key, definition }).definition;
      throw new BellcrankError('driver-fault', `${raw.model}: ${wrong.path.join('.')} ${wrong.detail}`);
    },
  };
}
