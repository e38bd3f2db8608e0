/** One thing that is wrong with what was given for a parameter. */
export interface ParamProblem {
  /** As it is written on the command line: `axis.speed`. */
  readonly name: string;
  readonly detail: string;
}
