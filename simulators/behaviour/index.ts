/**
 * Parts to write simulated devices with: each is computed from a clock that is handed in, and random only by a seed that
 * is. Docs: `docs/simulators.md`.
 */
export type { Motion } from './approach.ts';
export { ErrorQueue } from './error-queue.ts';
export { FirstOrderLag } from './first-order-lag.ts';
export { FixedSteps, type Stepped, type StepOptions } from './fixed-steps.ts';
export { LimitedBuffer, type Overrun } from './limited-buffer.ts';
export { Noise } from './noise.ts';
export { Outbox, type Said } from './outbox.ts';
export { Pid, type PidGains, type PidInput } from './pid.ts';
export { PidPlant, type PidPlantOptions } from './pid-plant.ts';
export { Ramp } from './ramp.ts';
export { gaussianFrom, randomFrom } from './random.ts';
export { type StateHooks, StateMachine, type StateMachineOptions, type Transition } from './state-machine.ts';
