import { writeSnapshotFile } from '../../../provider/snapshot/snapshot-file.ts';
import { aFlagSet, aSnapshot } from '../flag-server.ts';

// A process to be killed: writes ever newer snapshots to a file, and says which one is on disk.
const [file, first] = process.argv.slice(2);
// Few flags and long texts: most of the time goes into writing.
const flag = { ...aFlagSet().flags['checkout']!, metadata: { text: 'x'.repeat(60_000) } };
const flags = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`flag-${index}`, flag]));
const base = aSnapshot({ flagSet: { flags } });
for (let version = Number(first); ; version += 1) {
  await writeSnapshotFile(file!, { ...base, version });
  process.stdout.write(`${version}\n`);
}
