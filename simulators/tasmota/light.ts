export type LightKind = 'none' | 'dimmer' | 'white' | 'rgb' | 'rgbcw';

export interface Hsb {
  readonly hue: number;
  readonly saturation: number;
  readonly brightness: number;
}

/** A light's settings; whether it is on is its relay's. */
export class Light {
  readonly kind: LightKind;
  dimmer = 100;
  hue = 0;
  saturation = 0;
  temperature = 153;

  constructor(kind: LightKind) {
    this.kind = kind;
  }

  get hasColor(): boolean {
    return this.kind === 'rgb' || this.kind === 'rgbcw';
  }
  get hasTemperature(): boolean {
    return this.kind === 'white' || this.kind === 'rgbcw';
  }
  /** As the discovery message calls it. */
  get subtype(): number {
    return { none: 0, dimmer: 1, white: 2, rgb: 3, rgbcw: 5 }[this.kind];
  }
  get color(): Hsb {
    return { hue: this.hue, saturation: this.saturation, brightness: this.dimmer };
  }
  set color({ hue, saturation, brightness }: Hsb) {
    this.hue = hue % 360;
    this.saturation = saturation;
    this.dimmer = brightness;
  }

  /** RRGGBB. */
  get hex(): string {
    const channel = (offset: number): string => {
      const k = (offset + this.hue / 60) % 6;
      const part = (this.dimmer / 100) * (1 - (this.saturation / 100) * Math.max(0, Math.min(k, 4 - k, 1)));
      return Math.round(part * 255)
        .toString(16)
        .toUpperCase()
        .padStart(2, '0');
    };
    return channel(5) + channel(3) + channel(1);
  }
}
