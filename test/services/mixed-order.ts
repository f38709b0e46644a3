import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests that mostly wait, for another process, for a clock of seconds, or for a server to be away. */
const WAITING = /test\/(integration|dashboards\/queries|server\/prometheus-source|server\/ofrep-log|jobs)\b/;

/** So many computing files lie between two that wait. */
const BETWEEN = 4;

/** Spreads the files that wait among those that compute, so that no worker is left alone with them at the end. */
export class MixedOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const waiting = sorted.filter(({ moduleId }) => WAITING.test(moduleId));
    const mixed = sorted
      .filter(({ moduleId }) => !WAITING.test(moduleId))
      .flatMap((file, index) => (index % BETWEEN === 0 ? [...waiting.splice(0, 1), file] : [file]));
    return [...mixed, ...waiting];
  }
}
