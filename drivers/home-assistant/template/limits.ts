/** Longest template that is read. */
export const maxTemplateLength = 16_384;
/** Parts that one template may be made of. */
export const maxNodes = 4000;
/** Nesting of one template. */
export const maxDepth = 40;
/** What one evaluation may do: nodes visited, items compared, values written out. */
export const maxSteps = 20_000;
/** Longest text that an evaluation makes on its way, and ends with. */
export const maxTextLength = 65_536;

/** A template is outside the subset, or no template at all; the message says which construct. */
export class TemplateProblem extends Error {
  override readonly name = 'TemplateProblem';
}

/** A template could not be evaluated with these values, as Jinja would raise an error. */
export class EvaluationProblem extends Error {
  override readonly name: string = 'EvaluationProblem';
}

/** `is_defined` said no: the payload tells nothing of it, which is no mistake. */
export class NotDefined extends EvaluationProblem {}

/** What is left of one evaluation. */
export class Budget {
  #steps = 0;

  step(count = 1): void {
    this.#steps += count;
    if (this.#steps > maxSteps) throw new EvaluationProblem(`it takes more than ${maxSteps} steps`);
  }

  /** Asked before one text is looked for in another: at its worst that compares each letter with each. */
  search(text: string, part: string): void {
    this.step(Math.ceil((text.length * part.length) / 4096));
  }

  /** Asked before a text of that length is made. */
  text(length: number): void {
    if (length > maxTextLength) throw new EvaluationProblem(`it makes a text longer than ${maxTextLength} characters`);
    this.step(Math.ceil(length / 64));
  }
}
