/** What was found when the model in use was looked at, which is done every night: the figures, and the lines of that night. */
export interface ModelReview {
  readonly kind: string;
  readonly modelId: string;
  readonly atMs: number;
  /** Decisions since then were looked at. */
  readonly sinceMs: number;
  /** Generations of rollouts that it was asked about, and those among them that are unlike anything it was fitted on. */
  readonly rollouts: {
    readonly count: number;
    readonly novel: number;
    /** A larger share of novel ones takes it back, from so many rollouts on. */
    readonly novelLine: number;
    readonly leastCount: number;
  };
  readonly alarms: AlarmsInBenign;
  /** Largest index first; null where it is not known how the inputs were distributed in training. */
  readonly drift: readonly InputDrift[] | null;
  /** An input with a larger index has drifted. */
  readonly driftLine: number;
  /** null without rollouts whose end is known and that it gave a probability. */
  readonly calibration: CalibrationFigures | null;
  readonly byBand: readonly BandErrors[];
  /** What speaks against keeping it, in words. */
  readonly against: readonly string[];
  /** Whether it was taken back for that; models for all environments and shipped ones are moved by people only. */
  readonly wasTakenBack: boolean;
}

/** In how many rollouts labelled healthy a model has alarmed, and the evidence that these are too many. */
export interface AlarmsInBenign {
  readonly runs: number;
  readonly alarms: number;
  /** The share that its threshold promises. */
  readonly nominalShare: number;
  readonly log10: number;
  /** Evidence that takes it back. */
  readonly lineLog10: number;
}

/** How one input is distributed now, against training. */
export interface InputDrift {
  readonly feature: string;
  /** Population stability index of the last week. */
  readonly index: number;
  /** How many daily looks in a row were above the line, up to now. */
  readonly days: number;
}

/** Predicted against realised harm. */
export interface CalibrationFigures {
  readonly rollouts: number;
  /** Mean predicted probability. */
  readonly predicted: number;
  /** Share that did harm. */
  readonly realised: number;
  /** Of "every prediction is right"; null where there were too few to ask. */
  readonly pValue: number | null;
  /** The same by size of the prediction, the least first. */
  readonly bins: readonly { readonly count: number; readonly predicted: number; readonly realised: number }[];
}

/** Errors of a model among the rollouts of one traffic band whose end is known. */
export interface BandErrors {
  readonly band: string;
  readonly benign: number;
  readonly falseAlarms: number;
  readonly harmful: number;
  readonly missed: number;
}
