import type { BellcrankError } from '../errors.ts';
import { Attachment } from './attachment.ts';
import { Bypass } from './bypass.ts';
import { Description } from './description.ts';
import type { Invoked } from './invoke.ts';
import type { Lane, Priority, Turn } from './lane.ts';
import { Life } from './life.ts';
import type { LinkUser } from './link.ts';
import { Reader } from './reader.ts';
import { Readings } from './readings.ts';
import type { LiveSession } from './session.ts';
import type { DeviceEvent, DeviceParts, DeviceSettings } from './settings.ts';
import type { DeviceState } from './state.ts';
import { Stopping } from './stopping.ts';
import { Upkeep } from './upkeep.ts';
import type { UnderWay } from './under-way.ts';
import type { Work } from './work.ts';

/** What the parts of a device want of the whole. */
export interface Whole {
  readonly user: LinkUser;
  readonly lane: Lane;
  readonly acquire: (priority: Priority, signal: AbortSignal) => Promise<Turn>;
  readonly run: (work: Work) => Promise<Invoked>;
  readonly stateChanged: (state: DeviceState, from: DeviceState) => void;
  readonly begun: (session: LiveSession) => Promise<void>;
  readonly underWay: UnderWay;
  readonly heard: () => void;
  readonly heardAt: () => number;
  readonly absence: () => BellcrankError;
  readonly observe: (kind: DeviceEvent['kind'], name: string, data: unknown) => void;
}

/** The parts of one device, each with what it needs of the others. */
export interface Machinery {
  readonly life: Life;
  readonly readings: Readings;
  readonly description: Description;
  readonly bypass: Bypass;
  readonly reader: Reader;
  readonly attachment: Attachment;
  readonly upkeep: Upkeep;
  readonly stopping: Stopping;
}

export function machineryOf(settings: DeviceSettings, parts: DeviceParts, whole: Whole): Machinery {
  const { clock, limits, log } = parts;
  const { id, driver, restrictions, enabled } = settings;
  const selfDescribing = driver.selfDescribing === true;
  const { observe, lane, acquire, run, heard, heardAt } = whole;
  const life = new Life(id, enabled, whole.stateChanged);
  const readings = new Readings(
    clock,
    (name, data) => observe('property', name, data),
    (name, error) => observe('unread', name, error),
  );
  const { models, remembered } = parts;
  const its = { model: driver.model, selfDescribing, remembered, restrictions };
  const described: Whole['observe'] = (kind, name, data) => {
    if (kind === 'model') upkeep.remodelled();
    observe(kind, name, data);
  };
  const description = new Description({ ...its, models, readings, log, heard, observe: described });
  const model = () => description.model;
  const bypass = new Bypass(clock, lane, driver.timing?.guardMs);
  const spec = (name: string) => model().properties[name];
  const reader = new Reader({ clock, readings, timeoutMs: limits.readTimeoutMs, spec, acquire, run });
  const upkeep: Upkeep = new Upkeep({
    clock,
    reader,
    idleProbeMs: settings.idleProbeMs,
    probeTimeoutMs: limits.resyncTimeoutMs,
    model,
    heardAt,
    acquire,
    run,
  });
  const attachment = attachmentOf(settings, parts, whole, { life, readings, description, upkeep });
  const { recovery } = attachment;
  const session = () => attachment.session;
  const { timing } = driver;
  const { absence } = whole;
  const stopping = new Stopping({ id, clock, lane, bypass, limits, timing, recovery, session, model, absence });
  return { life, readings, description, bypass, reader, attachment, upkeep, stopping };
}

function attachmentOf(
  { driver, options }: DeviceSettings,
  { link, ...parts }: DeviceParts,
  { lane, user, begun, underWay }: Whole,
  { life, readings, description, upkeep }: Pick<Machinery, 'life' | 'readings' | 'description' | 'upkeep'>,
): Attachment {
  const attachment: Attachment = new Attachment({
    ...parts,
    driver,
    options,
    lane,
    life,
    callbacks: {
      report: (name, value) => description.report(name, value),
      lost: (name, why) => description.lost(name, why),
      emit: (name, data) => description.emit(name, data),
      remodel: (model) => attachment.misfit(description.remodel(model)),
      unmatched: (what) => description.countUnmatched(what),
      intern: (model) => parts.models.intern(model),
    },
    attaching: () => readings.restart(),
    begun,
    underWay,
    up: (session) => upkeep.start(session),
    over: () => upkeep.stop(new Error('the session ended')),
    missed: (times) => link.missed(user, times),
    reached: () => link.reached(user),
    isAlone: () => link.isAlone(user),
    admitted: (signal, goesFirst) => link.admitted(signal, goesFirst),
  });
  return attachment;
}
