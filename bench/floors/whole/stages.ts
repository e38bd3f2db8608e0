/** What a command is more than an answer, in the order in which the benchmark adds it. */
export const stages = ['exchange', 'journal', 'audit', 'log', 'index'] as const;
export type Stage = (typeof stages)[number];
