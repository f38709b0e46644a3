import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DOCUMENT_JSON_SCHEMA, desiredState, readDocuments } from '../../gitops/index.ts';

const page = readFileSync(new URL('../../docs/gitops.md', import.meta.url), 'utf8');

it('the published schema is the one that documents are checked by: rampwright schema > docs/rampwright.schema.json', () => {
  const published = readFileSync(new URL('../../docs/rampwright.schema.json', import.meta.url), 'utf8');
  expect(JSON.parse(published)).toEqual(JSON.parse(JSON.stringify(DOCUMENT_JSON_SCHEMA)));
});

it('the file of the quick start can be applied', () => {
  const text = readFileSync(new URL('../../docs/quick-start/rollout.yaml', import.meta.url), 'utf8');
  const { documents, mistakes } = readDocuments([{ file: 'rollout.yaml', text }]);
  const { desired, mistakes: unresolved } = desiredState(documents);
  expect([...mistakes, ...unresolved]).toEqual([]);
  expect(desired.rollouts.get('express-checkout')).toMatchObject({ start: true, value: { flag: 'checkout' } });
});

it('the example of the documentation can be applied', () => {
  const text = /```yaml\n(# yaml-language[\s\S]*?)```/.exec(page)![1]!;
  const { documents, mistakes } = readDocuments([{ file: 'docs', text }]);
  expect(mistakes).toEqual([]);
  const { desired, mistakes: unresolved } = desiredState(documents);
  expect(unresolved).toEqual([]);
  expect(desired.rollouts.get('express-checkout')).toMatchObject({ start: true, value: { alpha: 0.005 } });
});
