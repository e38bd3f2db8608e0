import type { DefinitionSource } from './definition/definition.ts';
import type { Dialect } from './definition/dialect.ts';
import { understand } from './definition/read.ts';
import { checkExamples, lint, subjectOf } from './lint/index.ts';

/** The dialect of devices that speak in messages of text or bytes: read, looked over, its examples run. */
export const textProtocol: Dialect<DefinitionSource> = {
  understand(value) {
    const { findings, result } = understand(value);
    if (result === undefined) return { findings };
    const subject = subjectOf(result.largest, value);
    return { findings: [...findings, ...lint(subject), ...checkExamples(result)], result };
  },
};
