import type { MetricWindow } from '../../domain/index.ts';
import { fadeSketch } from '../../models/index.ts';

/** A window in which every unit counts `factor` times. */
export function scaleMetric(window: MetricWindow, factor: number): MetricWindow {
  if (factor === 1) return window;
  const exposures = window.exposures * factor;
  switch (window.kind) {
    case 'rate':
      return { ...window, exposures, events: window.events * factor };
    case 'duration':
      return { ...window, exposures, bins: fadeSketch(window.bins, factor) };
    case 'value':
      return {
        ...window,
        exposures,
        sum: window.sum * factor,
        sumOfSquares: window.sumOfSquares * factor,
        ...(window.nonZero === undefined ? {} : { nonZero: window.nonZero * factor }),
        ...(window.covariate === undefined
          ? {}
          : {
              covariate: {
                sum: window.covariate.sum * factor,
                sumOfSquares: window.covariate.sumOfSquares * factor,
                sumOfProducts: window.covariate.sumOfProducts * factor,
              },
            }),
      };
  }
}
