import type { Template } from '../template/template.ts';
import type { ErrorRule, Finding, LineSettings, Path, Report } from './definition.ts';
import type { JsonSchema } from '../../../src/driver/index.ts';
import type { RawDefinition } from './schema/definition.ts';

export { inWords } from '../../../src/yaml/in-words.ts';

export type Scalar = number | string | boolean;

/** What a field's name means where a template stands; undefined: nothing but text. */
export type SchemaOf = (name: string) => JsonSchema | undefined;

/** What every part of a definition needs while it is compiled, in whatever dialect. */
export interface BaseScope {
  /** Defaults filled in. */
  readonly options: Readonly<Record<string, Scalar>>;
  readonly optionSchemas: Readonly<Record<string, JsonSchema>>;
  readonly frame: { readonly send?: Template; readonly expect?: Template };
  readonly report: Report;
  /** False where all of it has been checked before: for an instance, or for a definition that comes with us. */
  readonly isStrict: boolean;
}

/** The same for a text protocol on a line. */
export interface Scope extends BaseScope {
  readonly raw: RawDefinition;
  readonly line: LineSettings;
  /** The definition's own rules, which every exchange has after its own. */
  readonly errors: readonly ErrorRule[];
}

export function error(path: Path, detail: string, more: Pick<Finding, 'offset' | 'key'> = {}): Finding {
  return { path, detail, severity: 'error', ...more };
}

export function warning(path: Path, detail: string, more: Pick<Finding, 'offset' | 'key'> = {}): Finding {
  return { path, detail, severity: 'warning', ...more };
}

/** A map's entries without what the prototype has. */
export function entriesOf<T>(map: Readonly<Record<string, T>> | undefined): [string, T][] {
  return Object.entries(map ?? {});
}

export function own<T>(map: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return map !== undefined && Object.hasOwn(map, name) ? map[name] : undefined;
}
