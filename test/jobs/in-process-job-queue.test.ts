import { describe } from 'vitest';
import { InProcessJobQueue, JobsInMemory } from '../../jobs/index.ts';
import { jobQueueContract } from './job-queue-contract.ts';

describe('in process', () => {
  const jobs = new JobsInMemory();
  jobQueueContract(async () => new InProcessJobQueue(jobs));
});
