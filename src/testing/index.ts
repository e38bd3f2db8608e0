/** For tests of drivers, and of what is built on them: time that moves when told, wires in memory, a whole lab. */
export { type IdleOptions, settle, VirtualClock } from './virtual-clock.ts';
export { memoryBytes, MemoryHub } from '../transport/memory.ts';
export { type RecordingCheck, recordingChecks, type RecordingChecks } from './recordings.ts';
export { definition, type TestedDefinition } from './definition.ts';
export { createLab, type Lab } from './lab/lab.ts';
export type { LabCommandOptions, LabDevice, LabFault, LabFaults } from './lab/device.ts';
export type { LogEntry } from './lab/log.ts';
export type { LabDeviceSpec, LabSimulator, LabSpec } from './lab/spec.ts';
export type { LabWire } from './lab/wire.ts';
export type { WirePattern } from './lab/wire-pattern.ts';
export { ScriptedBroker, scriptedBroker, type PayloadPattern } from './script/scripted-broker.ts';
export { ScriptedWire, scriptedWire } from './script/scripted-wire.ts';
export type { BytePattern } from './script/matching.ts';
export type { Passed, Piece } from './wire/tap.ts';
export { conformance, type ConformanceCheck, type ConformanceSuite } from './conformance/conformance.ts';
export type { Samples } from './conformance/samples.ts';
export { NothingToCheck } from './conformance/check.ts';
export type {
  FarClient,
  WireFace,
  WireSimulator,
  WireSimulatorKind as SimulatorKind,
} from '../../simulators/simulator.ts';
export type { SimulatedPart, StateEntries, StateEntry } from '../../simulators/state.ts';
export type { SimulatorControl } from '../simulation/control.ts';
export type { WireEnd, WireSpec } from '../../simulators/wiring.ts';
export * from '../../simulators/behaviour/index.ts';
export { entry, oneOf, quantity, text, whole, yesOrNo } from '../../simulators/state.ts';
