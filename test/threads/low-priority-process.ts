// Takes the lowest priority and tells what each thread has then, one that was started later included.
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { takeLowestPriority } from '../../threads/index.ts';

/** Places behind the name of the command, which may have spaces (proc_pid_stat(5)). */
const NICE = 16;
const POLICY = 38;

takeLowestPriority();
await once(new Worker('setInterval(() => {}, 1_000)', { eval: true }), 'online');
const threads = readdirSync('/proc/self/task').map((thread) => {
  const fields = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return { nice: Number(fields[NICE]), policy: Number(fields[POLICY]) };
});
process.send!(threads, () => process.exit());
