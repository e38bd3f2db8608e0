import type { Template } from '../template/template.ts';
import { TemplateError } from '../template/template.ts';
import { parseBytes, parseTemplate, withTypes, wrapTemplate } from '../template/index.ts';
import type { Path, Report } from './definition.ts';
import { isTaken } from './names.ts';
import { type BaseScope, error, own, type SchemaOf } from './scope.ts';

const nothing: Template = { text: '', parts: [] };

/** A template of a definition's, in its frame, its fields typed. What is wrong with it is reported where it stands. */
export function outgoing(scope: BaseScope, text: string, path: Path, schemaOf: SchemaOf): Template {
  return typed(scope, framed(scope.frame.send, message(scope.report, text, path)), path, schemaOf);
}

export function incoming(scope: BaseScope, text: string, path: Path, schemaOf: SchemaOf): Template {
  return typed(scope, framed(scope.frame.expect, message(scope.report, text, path)), path, schemaOf);
}

/** A template that is a message, and no frame. */
function message(report: Report, text: string, path: Path): Template {
  const parsed = guarded(report, path, nothing, () => parseTemplate(text));
  for (const part of parsed.parts) {
    if (part.kind !== 'field' || part.name === undefined || !isTaken(part.name)) continue;
    report(error(path, `${part.name} is a name that is taken; choose another`, { offset: part.at }));
  }
  const place = parsed.parts.find(({ kind }) => kind === 'message');
  if (place === undefined) return parsed;
  report(error(path, '{message} has its place in `frame` alone', { offset: place.at }));
  return nothing;
}

function framed(frame: Template | undefined, inner: Template): Template {
  return frame === undefined ? inner : wrapTemplate(frame, inner);
}

function typed(scope: BaseScope, template: Template, path: Path, schemaOf: SchemaOf): Template {
  const known: SchemaOf = (name) => schemaOf(name) ?? own(scope.optionSchemas, name);
  return guarded(scope.report, path, template, () => withTypes(template, known));
}

/** A frame: a template with exactly one `{message}`. */
export function frame(report: Report, text: string | undefined, path: Path): Template | undefined {
  if (text === undefined) return undefined;
  const parsed = guarded(report, path, undefined, () => parseTemplate(text));
  if (parsed === undefined) return undefined;
  if (parsed.parts.filter(({ kind }) => kind === 'message').length === 1) return parsed;
  report(error(path, 'must hold {message} once: the place of each message'));
  return undefined;
}

/** Bytes without fields: a terminator. */
export function bytesAt(report: Report, text: string, path: Path): Uint8Array {
  return guarded(report, path, new Uint8Array(), () => parseBytes(text));
}

function guarded<T>(report: Report, path: Path, otherwise: T, parse: () => T): T {
  try {
    return parse();
  } catch (thrown) {
    if (!(thrown instanceof TemplateError)) throw thrown;
    report(error(path, thrown.message, { offset: thrown.at }));
    return otherwise;
  }
}
