import { messageOf } from '../errors.ts';

/** MQTT 3.1.1 §3.2.2.3 (1 to 5) and MQTT 5.0 §3.2.2.2: why a broker does not accept a client, and what to do. */
const refusals: Readonly<Record<number, string>> = {
  1: 'it does not speak this version of MQTT; set protocolVersion',
  2: 'it does not accept the client identifier; set another clientId',
  3: 'it says that it is not available',
  4: 'it does not accept the user name or password',
  5: 'it does not let this client in; check username, password and its access rules',
  132: 'it does not speak this version of MQTT; set protocolVersion',
  133: 'it does not accept the client identifier; set another clientId',
  134: 'it does not accept the user name or password',
  135: 'it does not let this client in; check username, password and its access rules',
  136: 'it says that it is not available',
  137: 'it says that it is busy',
  138: 'it has banned this client; whoever runs it can lift that',
  140: 'it wants another way to authenticate',
  144: 'it does not accept the topic of presence',
  149: 'the request to connect is larger than it accepts; is presence very long?',
  151: 'a quota is used up there',
  153: 'it does not accept the payload of presence',
  154: 'it keeps no messages; set presence.retain to false',
  155: 'it does not support the QoS of presence; set presence.qos to 0',
  156: 'it says to use another server for now',
  157: 'it has moved; set url to where it is now',
  159: 'it accepts no more connections at this rate',
};

/** MQTT 5.0 §3.14.2.1: why a broker ends a connection. */
const farewells: Readonly<Record<number, string>> = {
  130: 'it says that the protocol was violated',
  135: 'this client is no longer authorised there',
  137: 'it is busy',
  139: 'it is shutting down',
  141: 'it heard nothing within the keep-alive',
  147: 'more messages waited for its answer than it accepts',
  149: 'a packet was larger than it accepts',
  150: 'messages came at a higher rate than it accepts',
  151: 'a quota is used up there',
  152: 'whoever runs it ended it',
  154: 'it keeps no messages',
  155: 'it does not accept the QoS of a message',
  156: 'it says to use another server for now',
  157: 'it has moved; set url to where it is now',
  160: 'it limits how long a connection may last',
};

const takenOver = 142;

/** Why a broker refused the connection, in words. */
export function refusalOf(code: number): string {
  return `it refused the connection: ${refusals[code] ?? 'it gives no reason that is known'} (reason ${code})`;
}

/** Why a broker ended the connection, in words. */
export function farewellOf(code: number, clientId: string | undefined): string {
  if (code === takenOver) {
    return `another client with the id “${clientId ?? ''}” has taken the session; give each its own clientId (reason ${code})`;
  }
  return `the broker ended it: ${farewells[code] ?? 'it gives no reason that is known'} (reason ${code})`;
}

/** A broker that closes says no more on MQTT 3.1.1, whatever the reason. */
export function closedBy(clientId: string | undefined): string {
  const text = 'the broker closed the connection';
  return clientId === undefined ? text : `${text}; another client with the id “${clientId}” would have that effect`;
}

/** What ended a connection that was up. */
export function lossOf(error: Error): string {
  if (error.message === 'Keepalive timeout') return 'the broker said nothing within the keep-alive';
  // Those of sockets have a code; the others are MQTT.js' own about what came.
  return 'code' in error ? error.message : `what the broker sent is not MQTT: ${error.message}`;
}

/** MQTT.js gives reason codes as numbers, Node its own codes as texts. */
export function reasonCodeOf(error: Error): number | undefined {
  return 'code' in error && typeof error.code === 'number' ? error.code : undefined;
}

/** Why a broker cannot be reached, in words that say what to do. */
export function hintOf(error: Error): string {
  const reason = reasonCodeOf(error);
  if (reason !== undefined) return refusalOf(reason);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  // The broker's alert about what we showed it (RFC 8446 §6.2).
  if (/^ERR_SSL_.*ALERT/.test(code)) return alertHint(error);
  return hints[code]?.(error) ?? (unreadable.test(error.message) ? notMqtt(error) : error.message);
}

/** How the words of MQTT.js about what it cannot read begin; its errors have no code. */
const unreadable = /^(?:Invalid|Malformed|Not supported|Cannot parse|Unknown property|Packet)\b/;

function notMqtt({ message }: Error): string {
  return `what answers there does not speak MQTT (${message}); is it the right port?`;
}

function alertHint(error: Error): string {
  return `it does not accept our side of TLS (${messageOf(error)}); does it want a client certificate? Check certFile and keyFile`;
}

const unknownAuthority = ({ message }: Error): string =>
  `its certificate is not signed by a known authority (${message}); set caFile`;

const hints: Readonly<Record<string, (error: Error) => string>> = {
  ECONNRESET: () => 'it ended the connection without a word; is it the right port, with or without TLS as url says?',
  ECONNREFUSED: () => 'nothing accepts connections there; is it running?',
  ENOTFOUND: () => 'its name cannot be resolved',
  EAI_AGAIN: () => 'its name cannot be resolved',
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownAuthority,
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  CERT_HAS_EXPIRED: () => 'its certificate has expired; renew it there, and check the clock of this machine',
  CERT_NOT_YET_VALID: () => 'its certificate is not valid yet; check the clocks of both machines',
  ERR_TLS_CERT_ALTNAME_INVALID: ({ message }) =>
    `its certificate is for another name (${message}); use that one in url, or set serverName`,
  ERR_SSL_WRONG_VERSION_NUMBER: () => 'it does not speak TLS on this port; is that the plain one?',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: () => 'it does not speak TLS on this port; is that the plain one?',
};
