import { ScenarioSchema } from '../../../simulation/benchmark/index.ts';

const { base, telemetry } = ScenarioSchema.properties;

/** Names of all quantities that a scenario may set. */
export const BASE_FIELDS = [...Object.keys(base.properties), ...Object.keys(telemetry.properties)];
