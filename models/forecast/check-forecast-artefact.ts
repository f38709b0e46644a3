import { networkFault } from '../network/check-network.ts';
import { standardisationFault } from '../network/check-standardisation.ts';
import { isRecord, isVector } from '../network/json-shape.ts';
import type { Network } from '../network/network.ts';
import { type CheckedArtefact, originFault } from '../risk/check-risk-artefact.ts';
import { FORECAST_QUANTILES, type ForecastArtefact } from './forecast-artefact.ts';
import { FORECAST_INPUTS } from './forecast-basis.ts';

/** Checks all of a forecaster that comes out of a store. */
export function checkForecastArtefact(json: unknown): CheckedArtefact<ForecastArtefact> {
  const reason = forecastFault(json);
  return reason === undefined
    ? { kind: 'usable', artefact: json as ForecastArtefact }
    : { kind: 'refused', reason: `Not a usable forecaster: ${reason}.` };
}

function forecastFault(json: unknown): string | undefined {
  if (!isRecord(json) || json['kind'] !== 'forecast') return 'it is not an object of the kind "forecast"';
  if (typeof json['version'] !== 'string' || json['version'] === '') return 'it has no version';
  return predictorFault(json['predictor']) ?? watchFault(json['watch']) ?? originFault(json['origin']);
}

function predictorFault(predictor: unknown): string | undefined {
  if (!isRecord(predictor)) return 'it has no predictor';
  if (predictor['kind'] === 'level') return spreadsFault(predictor['spreads']);
  if (predictor['kind'] === 'linear') {
    if (!isVector(predictor['coefficients'], FORECAST_INPUTS + 1)) return 'it has not one coefficient for each input';
    return spreadsFault(predictor['spreads']);
  }
  if (predictor['kind'] !== 'network') return 'its predictor is of no known kind';
  const { network, standardisation } = predictor;
  const fault = networkFault(network, FORECAST_INPUTS) ?? standardisationFault(standardisation, FORECAST_INPUTS);
  if (fault !== undefined) return fault;
  const { heads } = network as Network;
  const head = Object.hasOwn(heads, 'quantiles') ? heads['quantiles'] : undefined;
  const isQuantiles = head?.kind === 'linear' && head.layer.outputs === FORECAST_QUANTILES.length;
  return isQuantiles ? undefined : 'its network has no head "quantiles" of three outputs';
}

function spreadsFault(spreads: unknown): string | undefined {
  const isSpread = (one: unknown) =>
    isRecord(one) && ['untilAhead', 'lower', 'upper'].every((name) => Number.isFinite(one[name]));
  const isUsable = Array.isArray(spreads) && spreads.length > 0 && spreads.every(isSpread);
  return isUsable ? undefined : 'its spreads are no list of finite numbers';
}

function watchFault(watch: unknown): string | undefined {
  if (!isRecord(watch)) return 'it has no watch';
  const { phi, calibration, logThreshold } = watch;
  if (!Number.isFinite(phi) || Math.abs(phi as number) >= 1) return 'its autocorrelation is not between −1 and 1';
  if (!Array.isArray(calibration) || calibration.length === 0 || !isVector(calibration, calibration.length))
    return 'its calibration residuals are no list of finite numbers';
  if (calibration.some((value, index) => index > 0 && value < calibration[index - 1]!))
    return 'its calibration residuals are not in order';
  return logThreshold === null || Number.isFinite(logThreshold) ? undefined : 'its threshold is no number';
}
