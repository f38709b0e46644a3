import { UnreadableSource } from '../finding.ts';
import { SourceNode } from '../source-node.ts';

/** A feature in one environment, whichever form it was exported in. */
export interface ExportedFeature {
  readonly key: string;
  readonly at: SourceNode;
  readonly isEnabled: boolean;
  /** In the order in which they are asked. */
  readonly strategies: readonly SourceNode[];
  /** Variants for strategies without their own. */
  readonly variants: readonly SourceNode[];
  /** Features that this one depends on. */
  readonly dependencies: readonly SourceNode[];
}

/** Features, and segments by their ids. */
export interface Export {
  readonly features: readonly ExportedFeature[];
  readonly segments: ReadonlyMap<string, SourceNode>;
}

/** Reads the forms in which features leave Unleash; throws UnreadableSource for anything else. */
export function readExport(json: unknown, environment: string | undefined): Export {
  const source = new SourceNode(json);
  if (!Array.isArray(source.at('features').value)) {
    throw new UnreadableSource('this is no Unleash export: it has no list "features" at its top level');
  }
  const segments = new Map(
    source
      .at('segments')
      .items()
      .map((at) => [String(at.at('id').value), at]),
  );
  const isForSdks = !source.at('featureStrategies').isPresent && !source.at('featureEnvironments').isPresent;
  const features = isForSdks ? source.at('features').items().map(featureOfSdks) : featuresOfExport(source, environment);
  return { features, segments };
}

function featureOfSdks(at: SourceNode): ExportedFeature {
  return {
    key: at.at('name').requiredText(),
    at,
    isEnabled: at.at('enabled').boolean() === true,
    strategies: at.at('strategies').items(),
    variants: at.at('variants').items(),
    dependencies: at.at('dependencies').items(),
  };
}

/** An export keeps features, their environments and their strategies in separate tables. */
function featuresOfExport(source: SourceNode, wanted: string | undefined): readonly ExportedFeature[] {
  const environment = environmentOf(source, wanted);
  const isHere = (row: SourceNode) => (row.at('environment').text() ?? environment) === environment;
  const environments = source.at('featureEnvironments').items().filter(isHere);
  const strategies = source.at('featureStrategies').items().filter(isHere);
  return source
    .at('features')
    .items()
    .map((at) => {
      const key = at.at('name').requiredText();
      const state = environments.find((row) => row.at('featureName').text() === key) ?? at.at('environment');
      const dependent = source
        .at('dependencies')
        .items()
        .filter((row) => row.at('feature').text() === key);
      return {
        key,
        at,
        isEnabled: state.isPresent && state.at('enabled').boolean() === true,
        strategies: strategies.filter((row) => row.at('featureName').text() === key).sort(byOrder),
        variants: state.isPresent ? state.at('variants').items() : [],
        dependencies: dependent.flatMap((row) => row.at('dependencies').items()),
      };
    });
}

function byOrder(left: SourceNode, right: SourceNode): number {
  return (left.at('sortOrder').number() ?? 0) - (right.at('sortOrder').number() ?? 0);
}

function environmentOf(source: SourceNode, wanted: string | undefined): string | undefined {
  const known = [
    ...new Set(
      source
        .at('featureEnvironments')
        .items()
        .flatMap((row) => row.at('environment').text() ?? []),
    ),
  ];
  if (wanted !== undefined && known.includes(wanted)) return wanted;
  if (wanted === undefined && known.length <= 1) return known[0];
  const complaint = wanted === undefined ? 'name one environment' : `there is no environment "${wanted}"`;
  throw new UnreadableSource(`${complaint}; this export has ${known.join(', ') || 'none'}`);
}
