/** What it says to a request. The status is one of HTTP's. */
export interface Said {
  readonly status: number;
  readonly body: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/** A lamp with a few methods, and what can happen to it. */
export class LampBehaviour {
  readonly #listeners = new Set<(online: boolean) => void>();
  #held: (() => void)[] | undefined;
  #online = true;
  on = false;
  level = 50;
  blinked = 0;

  get online(): boolean {
    return this.#online;
  }

  /** Hears whether it is on its network. Returns the way to stop. */
  listen(listener: (online: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Obeys one request. */
  call(method: string, params: Fields): Said {
    switch (method) {
      case 'get':
        return this.#state();
      case 'set':
        return this.#set(params);
      case 'blink':
        this.blinked++;
        return { status: 200, body: {} };
      case 'explode':
        return { status: 500, body: 'the lamp is broken' };
      default:
        return { status: 404, body: `no method ${method}` };
    }
  }

  goOffline(): void {
    this.#presence(false);
  }

  comeOnline(): void {
    this.#presence(true);
  }

  /** Answers are kept back until they are released, in their order. */
  holdAnswers(): void {
    this.#held ??= [];
  }

  releaseAnswers(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const send of held) send();
  }

  answer(send: () => void): void {
    if (this.#held === undefined) send();
    else this.#held.push(send);
  }

  #set({ on, level }: Fields): Said {
    if (on !== undefined && typeof on !== 'boolean') return { status: 400, body: 'on is a boolean' };
    if (level !== undefined && typeof level !== 'number') return { status: 400, body: 'level is a number' };
    if (typeof level === 'number' && level > 90) return { status: 409, body: 'too bright' };
    this.on = on ?? this.on;
    this.level = level ?? this.level;
    return this.#state();
  }

  #state(): Said {
    return { status: 200, body: { on: this.on, level: this.level } };
  }

  #presence(online: boolean): void {
    if (this.#online === online) return;
    this.#online = online;
    for (const listener of this.#listeners) listener(online);
  }
}
