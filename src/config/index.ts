export type { Catalogue, SimulatorOptions, TransportKind } from './catalogue.ts';
export type * from './config.ts';
export type { Flags } from './environment.ts';
export type { ImportModule } from './import-module.ts';
export { configJsonSchema } from './json-schema.ts';
export { loadConfig, type LoadOptions, type LoadResult } from './load.ts';
export { type ConfigProblem, formatProblems } from './problem.ts';
export type { ReadFile } from './read-file.ts';
export type { Environment } from './secrets.ts';
