import { Compile } from 'typebox/compile';
import { type Document, isNode, LineCounter, parseAllDocuments } from 'yaml';
import { violationsOf } from '../domain/schema/index.ts';
import { DOCUMENT_SCHEMAS, type DocumentOf, type DocumentType } from './document-schema.ts';

/** A document and where it stands. */
export type ReadDocument = {
  readonly [Name in DocumentType]: { readonly type: Name; readonly value: DocumentOf<Name>; readonly place: Place };
}[DocumentType];

/** A file, and the line of something in it by its path; lines count from 1. */
export interface Place {
  readonly file: string;
  lineOf(path: string): number;
}

/** Something that a person has to correct. */
export interface Mistake {
  /** "file:line". */
  readonly at: string;
  readonly message: string;
}

/** A file's name and text. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
}

const VALIDATORS = Object.fromEntries(
  Object.entries(DOCUMENT_SCHEMAS).map(([type, schema]) => [type, Compile(schema)]),
);
const TYPES = Object.keys(DOCUMENT_SCHEMAS).filter((type) => type !== 'flagd');

/** Aliases may make a document larger than its text, and no larger than this many times. */
const MAX_ALIASES = 100;

/** Reads YAML or JSON, several documents to a file; what is wrong is told with its line, all of it at once. */
export function readDocuments(sources: readonly SourceText[]): {
  readonly documents: readonly ReadDocument[];
  readonly mistakes: readonly Mistake[];
} {
  const documents: ReadDocument[] = [];
  const mistakes: Mistake[] = [];
  for (const { file, text } of sources) {
    const lineCounter = new LineCounter();
    const parsed = parseAllDocuments(text.replace(/^\uFEFF/, ''), { lineCounter, uniqueKeys: true });
    for (const document of 'empty' in parsed ? [] : parsed) {
      if (document.errors.length > 0) {
        for (const { linePos, message } of document.errors)
          mistakes.push({ at: `${file}:${linePos?.[0].line ?? 1}`, message: message.split('\n')[0]! });
        continue;
      }
      const read = readDocument(document, placeOf(file, document, lineCounter));
      if (read === null) continue;
      if ('type' in read) documents.push(read);
      else mistakes.push(...read.mistakes);
    }
  }
  return { documents, mistakes };
}

/** The text "file:line" of something in a document. */
export function placeText({ file, lineOf }: Place, path = ''): string {
  return `${file}:${lineOf(path)}`;
}

function readDocument(
  document: Document,
  place: Place,
): ReadDocument | { readonly mistakes: readonly Mistake[] } | null {
  const value = jsonOf(document);
  if (value instanceof Error) return { mistakes: [{ at: placeText(place), message: value.message }] };
  if (value === null || value === undefined) return null;
  const type = typeOf(value);
  const validator = type === undefined ? undefined : VALIDATORS[type];
  if (validator === undefined) {
    const message = `a document says its type, one of ${TYPES.join(', ')}, or is a flag set of flagd with "flags"`;
    return { mistakes: [{ at: placeText(place, '/type'), message }] };
  }
  if (validator.Check(value)) return { type, value, place } as ReadDocument;
  // The validator tells of a field too many at the field, as a schema that nothing fits, and once more at the object.
  const faults = [...validator.Errors(value)].filter(({ keyword }) => keyword !== 'additionalProperties');
  return {
    mistakes: violationsOf(faults).map(({ path, message }, index) => ({
      at: placeText(place, path),
      message: `${type} ${path}: ${faults[index]!.keyword === 'boolean' ? 'there is no such field' : message}`,
    })),
  };
}

function jsonOf(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    return error;
  }
}

function typeOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if ('type' in value) return typeof value.type === 'string' && TYPES.includes(value.type) ? value.type : undefined;
  return 'flags' in value ? 'flagd' : undefined;
}

/** Of a path that is not there, the line of as much of it as there is. */
function placeOf(file: string, document: Document, lineCounter: LineCounter): Place {
  return {
    file,
    lineOf: (path) => {
      const keys = path
        .split('/')
        .slice(1)
        .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
      for (let length = keys.length; length >= 0; length -= 1) {
        const node = length === 0 ? document.contents : document.getIn(keys.slice(0, length).map(indexed), true);
        if (isNode(node) && node.range) return lineCounter.linePos(node.range[0]).line;
      }
      return 1;
    },
  };
}

function indexed(key: string): string | number {
  return /^\d+$/.test(key) ? Number(key) : key;
}
