/** Type tests of the client with the devices of the lab: each mistake below must not compile. */
import type { Devices } from '../../examples/client/devices.d.ts';
import { type CommandView, connect, type DryRunView, type PropertyView } from '../../src/client/index.ts';

const lab = connect<Devices>();
const psu = lab.device('psu-1');

/** What is right compiles, and is known by its type. */
export async function right(): Promise<void> {
  const set: CommandView<{ volts: number }> = await psu.commands.setVoltage({ volts: 5 });
  const planned: DryRunView<{ volts: number }> = await psu.commands.setVoltage.dryRun({ volts: 5 });
  const { value }: PropertyView<number> = await psu.properties.measuredVoltage.read({ maxAgeMs: 0 });
  const read: number | null = value;
  await psu.properties.voltageSetpoint.write(5, { wait: 5, idempotencyKey: set.id, leaseToken: planned.device });
  await lab.device('stirrer-1').commands.start();
  await lab.device('stirrer-1').commands.start({}, { async: true });
  const moved = await lab.device('mill-1').commands.moveTo({ x: read ?? 0, rapid: true });
  const x: number | undefined = moved.result?.x;
  for await (const { data } of lab.device('mill-1').events.alarm.watch()) data.code.toFixed(x);
  for await (const reading of psu.properties.measuredVoltage.watch()) reading.value?.toFixed(1);
  await psu.hold({ ttlMs: 1000 }, async (held) => await held.commands.setVoltage({ volts: 1 }));
}

// A device.
// @ts-expect-error there is no such device
lab.device('psu-9');

// A command.
// @ts-expect-error there is no such command
void psu.commands.setVolts({ volts: 5 });
// @ts-expect-error it is called setVoltage
void psu.commands['set-voltage']({ volts: 5 });
// @ts-expect-error the configuration denies it to this one
void lab.device('psu-2').commands.setCurrent({ amps: 1 });

// Parameters.
// @ts-expect-error another unit
void psu.commands.setVoltage({ millivolts: 5 });
// @ts-expect-error a misspelt unit
void psu.commands.setVoltage({ volt: 5 });
// @ts-expect-error one that is missing
void psu.commands.setVoltage({});
// @ts-expect-error none at all
void psu.commands.setVoltage();
// @ts-expect-error text in place of a number
void psu.commands.setVoltage({ volts: '5' });
// @ts-expect-error null in place of a number
void psu.commands.setVoltage({ volts: null });
// @ts-expect-error one too many
void psu.commands.setVoltage({ volts: 5, amps: 1 });
// @ts-expect-error in a dry run as well
void psu.commands.setVoltage.dryRun({ volt: 5 });
// @ts-expect-error where there are none
void lab.device('stirrer-1').commands.start({ rpm: 100 });
// @ts-expect-error no axis is named
void lab.device('mill-1').commands.moveTo({ feed: 100 });
// @ts-expect-error neither a feed nor a rapid motion
void lab.device('mill-1').commands.moveTo({ x: 1 });
// @ts-expect-error a word that it does not know
void lab.device('mill-1').commands.coolant({ mode: 'wet' });

// How it is sent.
// @ts-expect-error a misspelt option
void psu.commands.setVoltage({ volts: 5 }, { timeout: 5 });
// @ts-expect-error not waited for
const result: number = psu.commands.setVoltage({ volts: 5 });
void result;

// Properties.
// @ts-expect-error there is no such property
void psu.properties.voltage.read();
// @ts-expect-error it can only be read
void psu.properties.measuredVoltage.write(5);
// @ts-expect-error a value of the wrong type
void psu.properties.voltageSetpoint.write('5');

// Events.
// @ts-expect-error there is no such event
psu.events.alarm.watch();

// Where nothing is known of the devices any name compiles, and is checked when it is used.
const any = connect();
export const untyped = (): Promise<unknown> | undefined => any.device('x').commands['set-voltage']?.({ volts: 5 });
