import { registerHooks } from 'node:module';

/** Imports a module as a file at `from` would. */
export type ImportModule = (specifier: string, from: URL) => Promise<unknown>;

/** Whether a specifier is a path rather than the name of a package (as Node decides it). */
export function isPath(specifier: string): boolean {
  return /^(\.{0,2}\/|file:)/.test(specifier);
}

/**
 * `import()` resolves packages from this module's own place, so a hook stands in for that one specifier while it is
 * resolved; `require.resolve` would refuse packages that export only for `import`.
 */
export const importModule: ImportModule = async (specifier, from) => {
  // Once per process, and only where there are drivers of the user's: its hook sees every import from then on.
  await import('./own-contract.ts');
  if (isPath(specifier)) return import(new URL(specifier, from).href);
  const alias = `bellcrank-driver:${specifier}?from=${from.href}`;
  const hooks = registerHooks({
    resolve: (requested, context, next) =>
      requested === alias ? next(specifier, { ...context, parentURL: from.href }) : next(requested, context),
  });
  try {
    return await import(alias);
  } finally {
    hooks.deregister();
  }
};
