import type { Operator } from '../rule/operator.ts';
import { endsWith, startsWith } from './affixes.ts';
import { add, divide, maximum, minimum, multiply, remainder, subtract } from './arithmetic.ts';
import { differs, equals, strictlyDiffers, strictlyEquals } from './equality.ts';
import { fractional } from './fractional.ts';
import { and, choose, first, not, or, toBoolean } from './logic.ts';
import { all, filter, map, none, reduce, some } from './loops.ts';
import { isIn } from './membership.ts';
import { merge } from './merge.ts';
import { missing, missingSome } from './missing.ts';
import { isGreater, isGreaterOrEqual, isLess, isLessOrEqual } from './order.ts';
import { semVer } from './sem-ver.ts';
import { concatenate, substring } from './text.ts';
import { variable } from './variable.ts';

/** Every operator that a rule may use; anything else is refused when the rule is read. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['var', variable],
  ['missing', missing],
  ['missing_some', missingSome],
  ['if', choose],
  ['?:', choose],
  ['and', and],
  ['or', or],
  ['!', not],
  ['!!', toBoolean],
  ['==', equals],
  ['!=', differs],
  ['===', strictlyEquals],
  ['!==', strictlyDiffers],
  ['<', isLess],
  ['<=', isLessOrEqual],
  ['>', isGreater],
  ['>=', isGreaterOrEqual],
  ['+', add],
  ['-', subtract],
  ['*', multiply],
  ['/', divide],
  ['%', remainder],
  ['max', maximum],
  ['min', minimum],
  ['cat', concatenate],
  ['substr', substring],
  ['in', isIn],
  ['merge', merge],
  ['map', map],
  ['filter', filter],
  ['reduce', reduce],
  ['all', all],
  ['some', some],
  ['none', none],
  ['log', first],
  ['starts_with', startsWith],
  ['ends_with', endsWith],
  ['sem_ver', semVer],
  ['fractional', fractional],
]);
