export { lbeta } from './special-functions/lbeta.ts';
export { lgamma } from './special-functions/lgamma.ts';
export { log1mexp, logSumExp } from './special-functions/log-arithmetic.ts';
export { logNormalCdf, logScaledNormalCdf, normalCdf, normalQuantile } from './special-functions/normal.ts';
export { lowerRegularisedBeta, upperRegularisedBeta } from './special-functions/regularised-beta.ts';
export { lowerRegularisedGamma, upperRegularisedGamma } from './special-functions/regularised-gamma.ts';
