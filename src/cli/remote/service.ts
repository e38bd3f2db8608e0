import type { Lab } from '../../client/index.ts';
import type { Surroundings } from '../context.ts';
import type { Connection } from './connection.ts';
import type { Printer } from './output/printer.ts';

/** What a sub-command that asks a service works with. */
export interface Service {
  readonly lab: Lab;
  readonly connection: Connection;
  readonly print: Printer;
  readonly context: Surroundings;
}
