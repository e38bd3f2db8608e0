import type { Spindle } from './parser.ts';

/** Spindle and coolant, and the overrides in percent. */
export class Accessories {
  spindle: Spindle = 'off';
  speed = 0;
  flood = false;
  mist = false;
  feed = 100;
  rapid = 100;
  spindleOverride = 100;

  off(): void {
    this.spindle = 'off';
    this.flood = false;
    this.mist = false;
  }

  reset(): void {
    this.off();
    this.speed = 0;
    this.feed = 100;
    this.rapid = 100;
    this.spindleOverride = 100;
  }

  coolant(mode: 'off' | 'flood' | 'mist'): void {
    if (mode === 'flood') this.flood = true;
    else if (mode === 'mist') this.mist = true;
    else {
      this.flood = false;
      this.mist = false;
    }
  }

  /** M7, M8 and M9 as $G tells them. */
  get modes(): string {
    const on = [this.mist ? 'M7' : '', this.flood ? 'M8' : ''].filter((mode) => mode !== '');
    return on.length === 0 ? 'M9' : on.join(' ');
  }

  /** Letters of the `A:` field (GRBL 1.1, interface: "Accessory State"). */
  get letters(): string {
    const spindle = { off: '', clockwise: 'S', counterclockwise: 'C' }[this.spindle];
    return `${spindle}${this.flood ? 'F' : ''}${this.mist ? 'M' : ''}`;
  }

  get actualSpeed(): number {
    return this.spindle === 'off' ? 0 : Math.round((this.speed * this.spindleOverride) / 100);
  }

  /** Carries out an override command, 0x90–0x9D (GRBL 1.1, commands). False if the byte is none. */
  override(byte: number): boolean {
    const steps = [0, 10, -10, 1, -1];
    const feed = steps[byte - 0x90];
    const spindle = steps[byte - 0x99];
    const rapid = [100, 50, 25][byte - 0x95];
    if (feed !== undefined) this.feed = stepped(this.feed, feed);
    else if (rapid !== undefined) this.rapid = rapid;
    else if (spindle !== undefined) this.spindleOverride = stepped(this.spindleOverride, spindle);
    else return false;
    return true;
  }
}

/** Overrides stay between 10 and 200 %. */
function stepped(value: number, step: number): number {
  return step === 0 ? 100 : Math.min(200, Math.max(10, value + step));
}
