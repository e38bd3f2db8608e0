/** What one process asks of another: named tasks with one input each. */
export type Tasks = Readonly<Record<string, (input: never) => unknown>>;

export interface Question {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}

export type Reply = { readonly id: number } & ({ readonly value: unknown } | { readonly error: string });

/** Does the tasks that the parent process asks for, until it goes away. */
export function serveTasks(tasks: Tasks): void {
  // Questions are typed where they are asked, by the type of these very tasks.
  const callable = tasks as unknown as Readonly<Record<string, (input: unknown) => unknown>>;
  process.on('disconnect', () => process.exit(0));
  process.on('message', (question: Question) => void answer(callable, question));
}

async function answer(
  tasks: Readonly<Record<string, (input: unknown) => unknown>>,
  { id, name, input }: Question,
): Promise<void> {
  let reply: Reply;
  try {
    reply = { id, value: await tasks[name]?.(input) };
  } catch (error) {
    reply = { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  process.send?.(reply);
}
