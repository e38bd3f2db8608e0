import { platform } from 'node:os';
import { type MasterIo, PtyFarEnd } from './pty-far-end.ts';
import type { NearSide } from './pty-keeper.ts';
import { closeKernel, type Kernel, openKernel } from './pty-kernel.ts';
import { moveLink, putLink, removeLink } from './pty-link.ts';

/** Elsewhere PTYs are others: there the near side is never let go of. */
export const seesOpenings = platform() === 'linux';

/** How often it is looked who has the near side open. */
const lookMs = 100;

/** The same while openings matter. */
const watchMs = 20;

/** The same while it is also how the master is read. */
const readMs = 2;

/** A PTY that is plugged in, under a link if it has one. */
export class Cable {
  readonly far: PtyFarEnd;
  readonly #link: string | undefined;
  #kernel: Kernel;
  #near: NearSide = 'somebody';
  #isOpened = false;
  #renewing: Promise<void> | undefined;
  #looking: NodeJS.Timeout | undefined;
  #isPulled = false;

  constructor(kernel: Kernel, link: string | undefined) {
    this.#kernel = kernel;
    this.#link = link;
    this.far = new PtyFarEnd(this.#io(kernel), `${link ?? kernel.pts} (far end)`);
  }

  static async plug(link: string | undefined): Promise<Cable> {
    const cable = new Cable(await openKernel(), link);
    if (link === undefined) return cable.#looked();
    try {
      await putLink(link, cable.pts);
    } catch (error) {
      await cable.unplug();
      throw error;
    }
    return cable.#looked();
  }

  #looked(): this {
    if (seesOpenings) this.#look();
    return this;
  }

  get pts(): string {
    return this.#kernel.pts;
  }

  async unplug(): Promise<void> {
    this.#isPulled = true;
    clearTimeout(this.#looking);
    await this.#renewing;
    if (this.#link !== undefined) await removeLink(this.#link, this.pts);
    await this.far.close();
    this.#kernel.keeper.close();
  }

  #io({ stream, write }: Kernel): MasterIo {
    return {
      stream,
      write,
      isHeard: () => {
        // Somebody may have come since.
        if (this.#near === 'nobody') this.#look();
        // Another PTY would not be found: whoever comes finds what this one holds.
        if (this.#link === undefined) return this.#near !== 'stuck';
        // One that is pulled fails by itself.
        return this.#isPulled || (this.#near !== 'nobody' && this.#near !== 'stuck');
      },
    };
  }

  #look(): void {
    if (this.#isPulled) return;
    clearTimeout(this.#looking);
    // Without a link it is only let go of where somebody wants to know of openings.
    const isOfInterest = this.#link !== undefined || this.far.isWatched || this.#near === 'alone';
    if (isOfInterest && !this.far.isHeldBack) {
      this.#near = this.#kernel.keeper.look((bytes) => this.far.hear(bytes));
      this.#tellOfOpening();
    }
    // Nothing of ours holds the near side open then: when it is closed, the stream would end for good.
    if (this.#near === 'alone' || this.#near === 'stuck') this.far.park();
    else this.far.unpark();
    if (this.#near === 'stuck' && this.#link !== undefined) this.#renewing = this.#renew();
    else this.#looking = setTimeout(() => this.#look(), this.#pauseMs).unref();
  }

  get #pauseMs(): number {
    if (this.#near === 'alone') return readMs;
    return this.far.isWatched ? watchMs : lookMs;
  }

  #tellOfOpening(): void {
    const before = this.#isOpened;
    this.#isOpened = this.#near === 'somebody' || this.#near === 'alone';
    if (this.#isOpened) this.far.isOpened(!before);
    else this.far.isNotOpened();
  }

  /** Another PTY takes its place, under the same link. */
  async #renew(): Promise<void> {
    try {
      const before = this.#kernel;
      const fresh = await openKernel();
      if (this.#isPulled || this.#link === undefined) return await closeKernel(fresh);
      [this.#kernel, this.#near] = [fresh, 'nobody'];
      moveLink(this.#link, before.pts, fresh.pts);
      this.far.rewire(this.#io(fresh));
      before.keeper.close();
      this.#look();
    } catch (error) {
      this.far.lose(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
