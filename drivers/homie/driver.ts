import {
  type AnyDriver,
  BellcrankError,
  type Connection,
  contractVersion,
  type MessageConnection,
} from '../../src/driver/index.ts';
import { Device } from './device.ts';
import { search } from './discover.ts';
import { defaultDomain, homieDiscovery, homieModel, type HomieOptions, homieOptions } from './model.ts';

/** A device that follows the Homie convention, version 5, 4 or 3 (homieiot.github.io/specification). */
export const homie: AnyDriver = {
  contract: contractVersion,
  model: homieModel,
  transports: ['mqtt'],
  options: homieOptions,
  selfDescribing: true,
  address(options) {
    const { domain = defaultDomain, device } = valid(options);
    return `${domain}/${device}`;
  },
  attach: (connection, options, context) => new Device(messages(connection), valid(options), context).attach(),
  discoveryOptions: homieDiscovery,
  discover: (_connection, discovery, context) => search(discovery, context),
};

/** The runtime has validated them against the schema that this type is inferred from. */
function valid(options: unknown): HomieOptions {
  return options as HomieOptions;
}

function messages(connection: Connection | null): MessageConnection {
  if (connection?.shape === 'messages') return connection;
  throw new BellcrankError('driver-fault', 'Homie is spoken over a broker');
}
