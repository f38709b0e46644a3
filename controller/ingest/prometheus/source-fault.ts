/** Everything that can be wrong with a source of counters, and what a person can do about it. */
export const SOURCE_FAULTS = {
  notConfigured: 'set RAMPWRIGHT_PROMETHEUS_URL and start the server again; until then the rollout holds',
  unreachable: 'see that Prometheus runs, and that RAMPWRIGHT_PROMETHEUS_URL names it; its windows are asked for again',
  timeout: 'see why Prometheus is slow, or narrow the selector; the windows are asked for again',
  redirect: 'set RAMPWRIGHT_PROMETHEUS_URL to the address that answers itself: redirects are not followed',
  unauthorised: 'set RAMPWRIGHT_PROMETHEUS_TOKEN to a token that may query',
  httpStatus: 'look at the log of Prometheus, and at proxies before it; the windows are asked for again',
  tooLarge: 'narrow the selector, or count with fewer labels',
  notJson: 'set RAMPWRIGHT_PROMETHEUS_URL to the Prometheus API itself; this looks like a page or a proxy',
  queryRefused: 'try the selector in Prometheus; a new rollout can have a corrected one',
  partial: 'see why Prometheus cannot read everything; part of the data is never taken for the whole',
  unexpectedAnswer: 'name a counter or the _bucket series of a classic histogram; native histograms are not read',
  invalidSample: 'see that the selector names counters of whole numbers; the window is left out',
  contradiction: 'have "events" select a part of "exposures", both counted at the same place; the window is left out',
  malformedBuckets: 'select all _bucket series of a classic histogram, "+Inf" included; the window is left out',
  tornBuckets: 'nothing, if rare: a scrape read the buckets while they were counted',
  missingVariantLabel: 'give every counted request the variant label, or exclude the others in the selector',
  unknownVariant: 'exclude other variants in the selector; they are not counted',
  noEvents: 'see that "events" is spelled as the application counts; without series no request counts as an event',
  reportRefused: 'see that the clocks of this machine, Prometheus and the database agree',
} as const;

/** The code of a fault. */
export type SourceFaultReason = keyof typeof SOURCE_FAULTS;

/** One fault of a source, where it was found. */
export interface SourceFault {
  readonly reason: SourceFaultReason;
  readonly detail: string;
}
