/** Longest memory: what a broker has kept follows the subscription within moments, if not at once. */
const mostTopics = 4096;

interface Live<T> {
  /** How many had begun to listen when it came. */
  readonly order: number;
  readonly heardBy: readonly T[];
}

/**
 * Who has heard something live on which topic. A broker may look up what it keeps while it delivers already what is live
 * (aedes does, EMQX did before 6.1.1: emqx #15176): then the older state comes after the newer one, and the flag alone
 * tells them apart (MQTT 5.0 §3.3.1.3). Whatever is published after a subscription is granted comes live, so what was
 * kept is never newer.
 */
export class LiveTopics<T> {
  // The longest known first.
  readonly #topics = new Map<string, Live<T>>();

  heard(topic: string, by: readonly T[], order: number): void {
    const before = this.#topics.get(topic);
    const isRecent = before?.order === order;
    if (isRecent && by.every((one) => before.heardBy.includes(one))) return;
    this.#topics.delete(topic);
    // There may be a copy of a message for each subscription.
    this.#topics.set(topic, { order, heardBy: isRecent ? [...new Set([...before.heardBy, ...by])] : by });
    if (this.#topics.size > mostTopics) this.#forgetOne();
  }

  /** Whether it has heard something live since it began to listen as the one of that order. */
  knows(topic: string, one: T, order: number): boolean {
    const live = this.#topics.get(topic);
    return live !== undefined && order < live.order && live.heardBy.includes(one);
  }

  #forgetOne(): void {
    for (const topic of this.#topics.keys()) {
      this.#topics.delete(topic);
      return;
    }
  }
}
