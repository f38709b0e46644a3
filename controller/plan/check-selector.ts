const NAME = /^\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*/;
const MATCHER =
  /^\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)\s*(?:,|(?=\}))/;

/** What a selector is asked to leave free, so that nothing of the metric is missed. */
export interface SelectorUse {
  readonly variantLabel: string;
  readonly isBuckets: boolean;
}

/**
 * What keeps a text from being an instant selector of one metric, such as `http_requests_total{flag="checkout"}`, and
 * what to write instead; undefined when it is one. Grammar: Prometheus, "Querying basics", time series selectors.
 */
export function checkSelector(selector: string, { variantLabel, isBuckets }: SelectorUse): string | undefined {
  const parsed = parseSelector(selector);
  if (parsed === undefined) return adviceFor(selector);
  const { name, matchers } = parsed;
  if (isBuckets && !name.endsWith('_bucket'))
    return `names "${name}"; name the buckets of a classic histogram: "${name}_bucket"`;
  if (isBuckets && matchers.some(({ label }) => label === 'le'))
    return 'must not restrict "le": all buckets are needed';
  const isOneVariant = matchers.some(({ label, operator }) => label === variantLabel && operator === '=');
  if (isOneVariant) return `must not restrict "${variantLabel}" to one value: the variants are told apart by it`;
  return undefined;
}

interface ParsedSelector {
  readonly name: string;
  readonly matchers: readonly { readonly label: string; readonly operator: string }[];
}

function parseSelector(selector: string): ParsedSelector | undefined {
  const named = NAME.exec(selector);
  if (named === null) return undefined;
  const name = named[1]!;
  let rest = selector.slice(named[0].length);
  if (rest === '') return { name, matchers: [] };
  if (!rest.startsWith('{')) return undefined;
  rest = rest.slice(1);
  const matchers: { label: string; operator: string }[] = [];
  for (let matched = MATCHER.exec(rest); matched !== null; matched = MATCHER.exec(rest)) {
    matchers.push({ label: matched[1]!, operator: matched[2]! });
    rest = rest.slice(matched[0].length);
  }
  return /^\s*\}\s*$/.test(rest) ? { name, matchers } : undefined;
}

function adviceFor(selector: string): string {
  const [outside] = selector.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g, '""').split('\n', 1);
  const text = outside ?? '';
  if (/[a-z_]+\s*\(/i.test(text) || /\b(by|without)\b/.test(text))
    return 'must be a raw counter without functions, such as http_requests_total{flag="checkout"}: increases are counted exactly here';
  if (/\[/.test(text)) return 'must not have a range such as [5m]: the windows of the rollout are asked for';
  if (/\boffset\b|@/.test(text)) return 'must not have "offset" or "@": the windows of the rollout are asked for';
  return 'is no selector of one metric; write its name and, in braces, labels: http_requests_total{flag="checkout",status=~"5.."}';
}
