/** A JSON Schema, as far as the reference tells of it. */
interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly description?: string;
}

/** An operation of an OpenAPI document. */
interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly {
    readonly in: string;
    readonly name: string;
    readonly required?: boolean;
    readonly schema?: Schema;
    readonly description?: string;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
  readonly responses?: Readonly<Record<string, unknown>>;
}

/** An OpenAPI document, as far as the reference tells of it. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const HEAD = `# API reference

Written by \`npm run docs:api\` from the server's own OpenAPI document, which is at \`/openapi.json\` with every schema; do not edit.

A key goes into \`Authorization: Bearer <key>\` or \`X-API-Key: <key>\`; *scope* says which keys open a path
([tenants and keys](access.md)). Errors are problem documents: [problems](problems.md). Shares are out of 100 000, times in
milliseconds since 1970.
`;

/** Names of the chapters, by the first part of the path that says what it is about. */
const CHAPTERS: readonly (readonly [RegExp, string])[] = [
  [/\/rollouts|\/decisions$/, 'Rollouts'],
  [/\/flags|\/evaluators$/, 'Flags'],
  [/\/webhooks/, 'Webhooks'],
  [/\/models|\/training-runs/, 'Models'],
  [/\/audit/, 'Audit'],
  [/\/keys|\/tenants/, 'Keys and tenants'],
  [/\/environments/, 'Environments'],
  [/\/judge/, 'Judge'],
  [/^\/ofrep/, 'OFREP'],
  [/\/reports|^\/v1\/metrics/, 'Metrics'],
  [/\/snapshot|\/flagd/, 'Delivery'],
];

/** The reference in Markdown: a chapter for each kind of thing, a section for each operation. */
export function apiReference({ paths }: ApiDocument): string {
  const sections = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      chapter: CHAPTERS.find(([pattern]) => pattern.test(path))?.[1] ?? 'The server itself',
      text: sectionOf(`${method.toUpperCase()} ${path}`, operation),
    })),
  );
  const names = [...new Set(sections.map(({ chapter }) => chapter))].sort((a, b) => a.localeCompare(b, 'en'));
  const contents = names.map((name) => `- [${name}](#${name.toLowerCase().replaceAll(' ', '-')})`).join('\n');
  const chapters = names.map((name) => {
    const own = sections.filter(({ chapter }) => chapter === name).map(({ text }) => text);
    return `## ${name}\n\n${own.join('\n')}`;
  });
  return `${HEAD}\n${contents}\n\n${chapters.join('\n')}`;
}

function sectionOf(title: string, operation: Operation): string {
  const { summary = '', description, parameters = [], requestBody, responses = {} } = operation;
  const query = parameters.filter((parameter) => parameter.in === 'query');
  const body = Object.values(requestBody?.content ?? {})[0]?.schema;
  const statuses = Object.keys(responses).filter((status) => /^[23]/.test(status));
  const lines = [
    `### \`${title}\``,
    '',
    [summary, description].flatMap((text) => (text ? [sentence(text)] : [])).join(' '),
    '',
    `- scope: ${scopeOf(operation)}${statuses.length === 0 ? '' : `; answers ${statuses.join(', ')}`}`,
    ...query.map(
      ({ name, required = false, schema = {}, description: about }) =>
        `- \`?${name}=\` ${fieldText({ ...schema, ...(about === undefined ? {} : { description: about }) }, required)}`,
    ),
    ...fieldsOf(body),
    '',
  ];
  return lines.join('\n');
}

function sentence(text: string): string {
  return /[.:!?]$/.test(text) ? text : `${text}.`;
}

function scopeOf({ security = [] }: Operation): string {
  const scopes = security.flatMap((requirement) => Object.values(requirement).flat());
  return scopes.length === 0 ? 'none' : scopes.map((scope) => `\`${scope}\``).join(' or ');
}

/** The fields of a body; where it may be left out, those of what it may be. */
function fieldsOf(body: Schema | undefined): readonly string[] {
  const schema = body?.properties === undefined ? body?.anyOf?.find(({ properties }) => properties) : body;
  const { properties = {}, required = [] } = schema ?? {};
  return Object.entries(properties).map(
    ([name, field]) => `- \`${name}\` ${fieldText(field, required.includes(name))}`,
  );
}

function fieldText(schema: Schema, isRequired: boolean): string {
  const about = schema.description === undefined ? '' : `: ${schema.description.replaceAll('<', '&lt;')}`;
  return `(${isRequired ? '' : 'optional '}${typeOf(schema)})${about}`;
}

function typeOf({ type, enum: values, anyOf, items }: Schema): string {
  if (values !== undefined) return values.map((value) => `\`${String(value)}\``).join(', ');
  if (anyOf !== undefined) return [...new Set(anyOf.map(typeOf))].join(' or ');
  if (type === 'array') return items === undefined ? 'list' : `list of ${typeOf(items)}`;
  return type ?? 'any';
}
