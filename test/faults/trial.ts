import { expect } from 'vitest';
import { BellcrankError } from '../../src/driver/index.ts';
import { createLab, type Lab, type LabDevice } from '../../src/testing/index.ts';
import type { Trouble } from './faults.ts';
import type { Subject } from './subject.ts';
import type { Simulator, SimulatorKind } from '../../simulators/simulator.ts';

/** Longest that a device may take to be well again once its wire is, on the lab's clock. */
const recoveryMs = 300_000;

/** One device on a wire of its own, and what is at the other end. */
export interface Bench {
  readonly lab: Lab;
  readonly simulated: Simulator;
}

export async function benchOf({ driver, kind, options, simulate }: Subject, seed: number): Promise<Bench> {
  const made: Simulator[] = [];
  const watched: SimulatorKind = {
    ...kind,
    options: kind.options,
    create(settings) {
      const simulator = kind.create(settings);
      made.push(simulator);
      return simulator;
    },
  };
  const device = {
    driver: driver.model.name,
    model: kind.model,
    ...(options && { options }),
    ...(simulate && { simulate }),
  };
  const lab = await createLab({ devices: { unit: device }, drivers: [driver], simulators: [watched], seed });
  // Further ones are those that answer in its place.
  const [simulated] = made;
  if (simulated === undefined) throw new Error('the lab made no simulator');
  return { lab, simulated };
}

/** What is believed of the device: one of these values, or anything. */
type Belief = readonly unknown[] | 'anything';

/**
 * Sets one value and then the other while something goes wrong, ends the fault, and looks at what the device has. Fails if
 * anything hangs, if an outcome was not the truth, or if the device is not well again.
 */
export async function trial({ lab, simulated }: Bench, subject: Subject, trouble: Trouble): Promise<void> {
  const { fault, deceives } = trouble;
  const device = lab.device('unit');
  const [first, second] = subject.values;
  await device.until('ready', recoveryMs);
  await setAtLast(lab, subject, first);
  await device.faults.set([fault]);
  let belief: Belief = [first];
  for (const [index, value] of [second, first, second].entries()) {
    const outcome = await outcomeOf(device, subject, value);
    if (index === 0) assertHonest(outcome, subject, trouble);
    belief = after(belief, value, outcome);
  }
  await device.faults.clear();
  await device.until('ready', recoveryMs);
  if (subject.readback !== undefined && belief !== 'anything' && deceives !== true) {
    // What was under way in the wire has come by now, or never will.
    await lab.clock.advance(10_000);
    await device.until('ready', recoveryMs);
    expect(belief).toContainEqual(await subject.readback(device, simulated));
  }
  await setAtLast(lab, subject, first);
  if (subject.readback !== undefined) expect(await subject.readback(device, simulated)).toEqual(first);
}

/** They answer nothing to a setting, and so have no word for a refusal either: they obey. */
const silentOnSettings = ['julabo-circulator', 'korad-ka3005p', 'numato-usb-relay-8'];

/** Of the first that it is told, while it is well known and ready. */
function assertHonest(outcome: string, { driver: { model }, command }: Subject, { silences, refuses }: Trouble): void {
  const property = model.properties[command.replace('write:', '')];
  const written = property?.access === 'read' ? undefined : property?.write;
  const declared = model.commands[command]?.confirmation ?? written?.confirmation ?? 'acknowledged';
  if (silences === true && declared !== 'sent') expect(['unknown', 'not-sent']).toContain(outcome);
  if (refuses === true && declared !== 'sent' && !silentOnSettings.includes(model.name)) {
    expect(['refused', 'failed']).toContain(outcome);
  }
}

function after(before: Belief, value: unknown, outcome: string): Belief {
  switch (outcome) {
    case 'succeeded':
      return [value];
    case 'unknown':
      return before === 'anything' ? before : [...before, value];
    case 'refused':
    case 'not-sent':
      return before;
    default:
      return 'anything';
  }
}

async function outcomeOf(device: LabDevice, subject: Subject, value: unknown): Promise<string> {
  try {
    const { outcome } = await device.command(subject.command, subject.params(value));
    expect(outcome).toBeDefined();
    return outcome ?? 'none';
  } catch (error) {
    // Turned away before it was a command: nothing was sent.
    if (error instanceof BellcrankError) return 'not-sent';
    throw error;
  }
}

/** A device that has just come back may refuse, or be busy with itself, for a while. */
async function setAtLast(lab: Lab, subject: Subject, value: unknown): Promise<void> {
  const device = lab.device('unit');
  const other = subject.values.find((one) => one !== value);
  const seen: string[] = [];
  for (let attempt = 0; attempt < 20; attempt++) {
    const outcome = await outcomeOf(device, subject, value);
    if (outcome === 'succeeded') return;
    seen.push(outcome);
    // A device that says nothing of what it has already leaves that unknown, whatever it is asked.
    if (outcome === 'unknown') await outcomeOf(device, subject, other);
    await lab.clock.advance(1000);
  }
  throw new Error(`it does not obey any more: ${seen.join(', ')} (${device.status})`);
}
