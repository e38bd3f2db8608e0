import type { FastifyInstance } from 'fastify';
import type { Control } from '../command/control.ts';
import { defaultLimits } from '../device/limits.ts';
import type { Services } from '../http/routes.ts';
import type { NorthboundService } from '../northbound/index.ts';
import type { Observing } from '../observe/observing.ts';
import { createOpeners, type Openers } from '../openers.ts';
import type { ConfigReload } from '../reload/reload.ts';
import { listenClosed } from './access.ts';
import { endDevices, letGo } from './closing.ts';
import { addConfigured, addConnections } from './control.ts';
import { type Moments, over } from './moments.ts';
import { openedWithinGrace, restoredWithinGrace } from './opening.ts';
import type { AppParts } from './parts.ts';
import { tell } from './services.ts';

interface Living extends Moments {
  readonly http: FastifyInstance;
  readonly control: Control;
  readonly observing: Observing;
  readonly reload: ConfigReload;
}

/** In which order a service begins, and ends. */
export class Life {
  readonly #parts: AppParts;
  readonly #services: Services;
  readonly #its: Living;
  #openers: Openers | undefined;
  #northbound: NorthboundService | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: AppParts, services: Services, its: Living) {
    this.#parts = parts;
    this.#services = services;
    this.#its = its;
  }

  /** Undefined before it is open. */
  get northbound(): NorthboundService | undefined {
    return this.#northbound;
  }

  async start(): Promise<{ url: string }> {
    const listening = await this.listen();
    await this.open();
    return listening;
  }

  async listen(): Promise<{ url: string }> {
    const { config, log } = this.#parts;
    return await listenClosed(this.#its.http, config.server, this.#services.access, log);
  }

  async open(): Promise<void> {
    const { config, clock, random, limits = defaultLimits } = this.#parts;
    const { registry, store, simulators, webhooks, discovery, alarms } = this.#services;
    const { control, known, started, opened } = this.#its;
    const openers = await createOpeners(this.#parts);
    this.#openers = openers;
    addConnections(openers, registry, simulators);
    // A device that was stopped must be stopped before it is told anything else.
    await openedWithinGrace(store, clock);
    webhooks.begin();
    control.load();
    addConfigured(config, registry, control);
    const northbound = tell(config.northbound, { ...this.#services, random, limits, openerOf: openers.presenting });
    this.#northbound = northbound;
    known.resolve();
    discovery.start();
    await restoredWithinGrace(control, store, clock, () => (alarms.settle(), discovery.begin()));
    started.resolve();
    opened.resolve({ openers, northbound });
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    const { http, control, observing, reload } = this.#its;
    const { registry, alarms, discovery } = this.#services;
    over(this.#its, reload);
    // Devices that go now are no violation.
    control.close();
    alarms.close();
    await endDevices(registry, control, this.#parts.clock, [discovery.close(), this.#northbound?.close()]);
    await letGo({ ...this.#services, observing, http, openers: this.#openers });
  }
}
