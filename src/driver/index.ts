/** All that a driver imports: the contract, and the exchanges that drivers are built from. */
export { Type } from '@sinclair/typebox';
export { asError, BellcrankError, type DeviceError, messageOf, printable } from '../errors.ts';
export type { RandomBytes } from '../random-bytes.ts';
export { type Clock, delay, type Timeout, timeoutSignal } from '../clock.ts';
export type {
  ByteConnection,
  Connection,
  Message,
  MessageConnection,
  PublishOptions,
  SubscriptionSet,
  TransportName,
  WriteOptions,
} from '../transport/connection.ts';
export { allOf, Few, withOne, withoutOne } from '../few.ts';
export { subscriptionSetOn } from '../transport/subscription-set.ts';
export * from './contract.ts';
export { scaled, shortestOfFloat32, unscaled } from './decimal.ts';
export { defineDriver, defineModel } from './define.ts';
export type { Session, TypedContext, Value } from './define.ts';
export * from './frame.ts';
export { hex, latin1 } from './frame-words.ts';
export { handlersOf } from './handlers.ts';
export * from './framing.ts';
export * from './line.ts';
export { lostError } from './lost.ts';
export { LineFramer, type LineSink } from './line-framer.ts';
export { quoted } from './line-text.ts';
export { tellsAll } from './matching.ts';
export { nameOf, namesOf } from './names.ts';
export { fieldOf, type Fields, isFields, payloadFields, payloadJson, payloadText } from './payload.ts';
export { Presence } from './presence.ts';
export { assertSchema, validate } from './schema.ts';
export { settledWithin } from './within.ts';
export { type RpcAnswer, RpcExchange, type RpcExchangeOptions } from './rpc.ts';
export { type Asker, type AskerParts, RpcExchanges } from './rpc-exchanges.ts';
export { NumberedIds, RpcIds, type RpcIdSource } from './rpc-ids.ts';
export type * from './spec.ts';
export { together } from './together.ts';
export { isTopicLevel, topicLevel, topicLevelPattern, topicPrefixPattern } from './topic-words.ts';
export {
  TopicExchange,
  type Expectation,
  type Publication,
  type TopicCall,
  type TopicExchangeOptions,
} from './topic.ts';
export { word, words } from './words.ts';
