import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder } from '../wire/support.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * What this checkout's compiler, at its strictest, says of modules in a folder of their own; empty if nothing. What they import
 * from the checkout is written as `@root/src/…`.
 */
export async function compiled(modules: Readonly<Record<string, string>>): Promise<string> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const [name, text] of Object.entries(modules)) {
    writeFileSync(join(folder, name), text.replaceAll("'@root/", `'${root}`));
  }
  const typeRoots = [join(root, 'node_modules/@types')];
  const config = { extends: join(root, 'tsconfig.base.json'), compilerOptions: { typeRoots }, include: ['*.ts'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const run = promisify(execFile)(process.execPath, [compiler, '-p', folder, '--pretty', 'false']);
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  return stdout;
}
