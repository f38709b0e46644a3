export { InProcessJobQueue, JobsInMemory } from './in-process-job-queue.ts';
export { openPostgresJobQueue, openRedisJobQueue } from './open-job-queue.ts';
export type { JobDatabase } from './postgres-backend.ts';
