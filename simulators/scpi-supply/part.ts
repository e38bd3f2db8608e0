import { BellcrankError } from '../../src/driver/index.ts';
import { entry, oneOf, quantity, type SimulatedPart, whole, yesOrNo } from '../state.ts';
import type { SupplyError } from './error-queue.ts';
import { limits, type SupplyBehaviour } from './model.ts';

/** What JSON has no word for: nothing is connected. */
const openOhms = 1e9;

/** The supply's front panel, its terminals and what hangs on them. */
export function supplyPart(supply: SupplyBehaviour): SimulatedPart {
  return {
    name: 'main',
    state: {
      output: entry(
        yesOrNo('Output on'),
        () => supply.isOn,
        (on) => turned(supply.setOutput(on)),
      ),
      'voltage-setpoint': entry(
        quantity('Voltage knob', 'V', 0, limits.volts),
        () => supply.voltageSetpoint,
        (volts) => turned(supply.setVoltage(volts)),
      ),
      'current-limit': entry(
        quantity('Current knob', 'A', 0, limits.amps),
        () => supply.currentSetpoint,
        (amps) => turned(supply.setCurrent(amps)),
      ),
      load: entry(
        { ...quantity('Load', 'Ω', 0, openOhms), description: '0 is a short; the greatest value is nothing at all.' },
        () => Math.min(supply.loadOhms, openOhms),
        (ohms) => supply.setLoad(ohms === openOhms ? Infinity : ohms),
      ),
      voltage: entry(quantity('Voltage at the terminals', 'V', 0, limits.volts), () => supply.measuredVoltage),
      current: entry(quantity('Current', 'A', 0, limits.amps), () => supply.measuredCurrent),
      mode: entry(oneOf('What is held constant', ['voltage', 'current']), () => supply.mode),
      errors: entry(whole('Entries of its error queue', '', 0, 20), () => supply.errors.length),
    },
    buttons: {
      output: () => turned(supply.setOutput(!supply.isOn)),
      'power-cycle': () => {
        supply.reset();
        supply.errors.clear();
      },
    },
  };
}

function turned(failure: SupplyError | undefined): void {
  if (failure !== undefined)
    throw new BellcrankError('invalid-request', `the supply does not do that: ${failure.text}`);
}
