import { expect } from 'vitest';
import { BellcrankError } from '../../src/driver/index.ts';
import { createLab, type Lab, type LabDevice } from '../../src/testing/index.ts';
import type { Trouble } from './faults.ts';
import type { Subject } from './subject.ts';

/** Longest that a device may take to be well again once its wire is, on the lab's clock. */
const recoveryMs = 300_000;

export async function labOf({ driver, kind, options, simulate }: Subject, seed: number): Promise<Lab> {
  const device = {
    driver: driver.model.name,
    model: kind.model,
    ...(options && { options }),
    ...(simulate && { simulate }),
  };
  return await createLab({ devices: { unit: device }, drivers: [driver], simulators: [kind], seed });
}

/** What is believed of the device: one of these values, or anything. */
type Belief = readonly unknown[] | 'anything';

/**
 * Sets one value and then the other while something goes wrong, ends the fault, and looks at what the device has. Fails if
 * anything hangs, if an outcome was not the truth, or if the device is not well again.
 */
export async function trial(lab: Lab, subject: Subject, { fault, deceives }: Trouble): Promise<void> {
  const device = lab.device('unit');
  const [first, second] = subject.values;
  await device.until('ready', recoveryMs);
  await setAtLast(lab, subject, first);
  await device.faults.set([fault]);
  let belief: Belief = [first];
  for (const value of [second, first, second]) belief = after(belief, value, await outcomeOf(device, subject, value));
  await device.faults.clear();
  await device.until('ready', recoveryMs);
  if (subject.readback !== undefined && belief !== 'anything' && deceives !== true) {
    // What was under way in the wire has come by now, or never will.
    await lab.clock.advance(10_000);
    await device.until('ready', recoveryMs);
    expect(belief).toContainEqual(await subject.readback(device));
  }
  await setAtLast(lab, subject, first);
  if (subject.readback !== undefined) expect(await subject.readback(device)).toEqual(first);
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
  const seen: string[] = [];
  for (let attempt = 0; attempt < 20; attempt++) {
    const outcome = await outcomeOf(device, subject, value);
    if (outcome === 'succeeded') return;
    seen.push(outcome);
    await lab.clock.advance(1000);
  }
  throw new Error(`it does not obey any more: ${seen.join(', ')} (${device.status})`);
}
