import { type Confirmation, nameOf } from '../../../src/driver/index.ts';
import type { Component } from '../announced/announcement.ts';
import { type Availability, availabilityOf } from '../components/availability.ts';
import { Config, Unsupported } from '../components/config.ts';
import { partsOf } from '../components/index.ts';
import type { Parts } from '../components/parts.ts';
import { Reader } from '../components/reader.ts';
import type { Templates } from '../template/index.ts';
import type { Refusal } from './command-topics.ts';

/** A component that is understood. */
export interface Entity {
  readonly id: string;
  readonly platform: string;
  /** What people call it within its device, or what it is. */
  readonly word: string;
  readonly label?: string;
  readonly parts: Parts;
  /** On which it is sent anything. */
  readonly commandTopics: readonly string[];
  readonly availability?: Availability;
  /** Its states hold no longer than this. */
  readonly expireAfterMs?: number;
}

/** Why a component is left out. */
export interface LeftOut {
  readonly id: string;
  readonly reason: string;
}

const maxTimerMs = 2 ** 31 - 1;

export function entityOf(
  component: Component,
  templates: Templates,
  deviceName: string | undefined,
  worth: Confirmation,
  refusal: Refusal,
): Entity | LeftOut {
  const { id, platform, fields } = component;
  const config = new Config(fields, templates);
  try {
    const reader = new Reader(config, worth);
    const parts = partsOf(platform, reader);
    const refused = [...reader.commandTopics].map(refusal).find((why) => why !== undefined);
    if (refused !== undefined) throw new Unsupported(refused);
    const availability = availabilityOf(config);
    const expireAfter = config.number('expire_after', 0);
    const label = config.label('name');
    return {
      id,
      platform,
      word: wordOf(config, platform, deviceName),
      parts,
      commandTopics: [...reader.commandTopics],
      ...(label !== undefined && { label }),
      ...(availability && { availability }),
      ...(expireAfter > 0 && { expireAfterMs: Math.min(expireAfter * 1000, maxTimerMs) }),
    };
  } catch (error) {
    if (error instanceof Unsupported) return { id, reason: error.message };
    throw error;
  }
}

/** Its name, without the device's in front; else its class of device; else what it is. */
function wordOf(config: Config, platform: string, deviceName: string | undefined): string {
  if (platform === 'device_automation') return `${config.label('subtype') ?? ''} ${config.label('type') ?? platform}`;
  const name = config.label('name');
  if (name === undefined) return config.label('device_class') ?? platform;
  const prefix = deviceName === undefined ? '' : `${nameOf(deviceName)}-`;
  const own = nameOf(name);
  return prefix !== '' && own.startsWith(prefix) && own.length > prefix.length ? own.slice(prefix.length) : name;
}
