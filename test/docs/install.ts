/** `npm install` of the package in the folder that this is run in, without a network. */
import { installPackage } from '../support/packed.ts';

await installPackage(process.cwd());
