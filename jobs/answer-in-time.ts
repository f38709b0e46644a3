import { Problem } from '../domain/index.ts';

/** What the caller waits for, or Problem `jobsUnavailable` when it fails or takes longer than `ms`. */
export async function answerInTime<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Problem('jobsUnavailable', `no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([answer, late]);
  } catch (error) {
    if (error instanceof Problem) throw error;
    const problem = new Problem('jobsUnavailable', 'the connection failed');
    problem.cause = error;
    throw problem;
  } finally {
    clearTimeout(timer);
  }
}

/** True when `work` has ended, well or badly, within `ms`. */
export async function endsWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const ended = work.then(
    () => true,
    () => true,
  );
  const isEnded = await Promise.race([ended, late]);
  clearTimeout(timer);
  return isEnded;
}
