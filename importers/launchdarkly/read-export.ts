import { UnreadableSource } from '../finding.ts';
import { SourceNode } from '../source-node.ts';

/** A value of a flag, and its name where people gave it one. */
export interface Variation {
  readonly value: SourceNode;
  readonly name: string | undefined;
}

/** A flag in one environment, whichever form it was exported in. */
export interface ExportedFlag {
  readonly key: string;
  readonly at: SourceNode;
  /** What holds in the environment: on, targets, rules, fallthrough, offVariation. */
  readonly config: SourceNode;
  readonly variations: readonly Variation[];
}

/** Flags, and segments by their keys. */
export interface Export {
  readonly flags: readonly ExportedFlag[];
  readonly segments: ReadonlyMap<string, SourceNode>;
}

const FORMS =
  'expected are the answer of GET /api/v2/flags/<project>?summary=0 ({"items": …}), {"flags": …, "segments": …}, or one flag';

/** Reads the forms in which flags leave LaunchDarkly; throws UnreadableSource for anything else. */
export function readExport(json: unknown, environment: string | undefined): Export {
  const outer = new SourceNode(json);
  // The streaming and polling services wrap everything into "data".
  const source = outer.at('path').isPresent && outer.at('data').isPresent ? outer.at('data') : outer;
  const flags = flagNodes(source);
  if (flags === undefined) throw new UnreadableSource(`this is no LaunchDarkly export; ${FORMS}`);
  const chosen = environmentOf(flags, environment);
  return {
    flags: flags.map(({ key, at }) => flagAt(key, at, chosen)),
    segments: new Map(nodesByKey(source.at('segments')).map(({ key, at }) => [key, at])),
  };
}

interface Keyed {
  readonly key: string;
  readonly at: SourceNode;
}

function flagNodes(source: SourceNode): readonly Keyed[] | undefined {
  if (source.at('flags').isPresent) return nodesByKey(source.at('flags'));
  if (source.at('items').isPresent) return nodesByKey(source.at('items'));
  return source.at('key').isPresent && source.at('variations').isPresent
    ? nodesByKey(new SourceNode([source.value]))
    : undefined;
}

/** An object by key, a list, or a list inside {"items": …}. */
function nodesByKey(nodes: SourceNode): readonly Keyed[] {
  if (!nodes.isPresent) return [];
  if (Array.isArray(nodes.value)) return nodes.items().map((at) => ({ key: at.at('key').requiredText(), at }));
  if (Array.isArray(nodes.at('items').value)) return nodesByKey(nodes.at('items'));
  return nodes.entries().map(([key, at]) => ({ key, at }));
}

function environmentOf(flags: readonly Keyed[], wanted: string | undefined): string | undefined {
  const known = [
    ...new Set(
      flags.flatMap(({ at }) =>
        at
          .at('environments')
          .entries()
          .map(([name]) => name),
      ),
    ),
  ];
  if (known.length === 0) return undefined;
  if (wanted !== undefined && known.includes(wanted)) return wanted;
  if (wanted === undefined && known.length === 1) return known[0];
  const complaint = wanted === undefined ? 'name one environment' : `there is no environment "${wanted}"`;
  throw new UnreadableSource(`${complaint}; this export has ${known.join(', ')}`);
}

function flagAt(key: string, at: SourceNode, environment: string | undefined): ExportedFlag {
  const isRest = at.at('environments').isPresent;
  const variations = at
    .at('variations')
    .items()
    .map((item) =>
      isRest ? { value: item.at('value'), name: item.at('name').text() } : { value: item, name: undefined },
    );
  return { key, at, config: isRest ? at.at('environments').at(environment ?? '') : at, variations };
}
