export type { ActualState, Change, Comparison } from './compare-state.ts';
export { compareState } from './compare-state.ts';
export type { DesiredState } from './desired-state.ts';
export { desiredState } from './desired-state.ts';
export type { Difference } from './differences.ts';
export { DOCUMENT_JSON_SCHEMA } from './document-schema.ts';
export type { Mistake, SourceText } from './read-documents.ts';
export { readDocuments } from './read-documents.ts';
