import { createRequire } from 'node:module';
import { join } from 'node:path';
import { peersFolder } from './needs.ts';

/** Loads what stands in `test/peers/node_modules`; its types are not there for the compiler, so each user states its part. */
export const peer = createRequire(join(peersFolder, 'package.json'));
