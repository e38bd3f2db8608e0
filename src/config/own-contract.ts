import { registerHooks } from 'node:module';
import { moduleBeside, packageFile } from '../own-files.ts';

/**
 * Importing this has drivers of the user's import `bellcrank/driver` from the Bellcrank that runs: also where none is
 * installed beside them, and where it is the same one, which a checkout has as source and as what was built of it some
 * time ago. Another one's contract is left to them: they may be written for another version of it, and then say so.
 */
registerHooks({
  resolve(specifier, context, next) {
    if (specifier !== 'bellcrank/driver') return next(specifier, context);
    const found = attempt(() => next(specifier, context));
    if (found !== undefined && !found.url.startsWith(packageFile('').href)) return found;
    return { url: moduleBeside(import.meta.url, '../driver/index').href, format: null, shortCircuit: true };
  },
});

function attempt<T>(resolve: () => T): T | undefined {
  try {
    return resolve();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
