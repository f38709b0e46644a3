// Opens the embedded storage in the directory of the first argument and writes one flag until it is killed; prints
// each revision once it is acknowledged. With a second argument: stops after as many writes and closes.
import { openEmbeddedStorage } from '../../storage/index.ts';
import { aFlag, BY_TESTER } from './builders.ts';

const [directory, limit = 'Infinity'] = process.argv.slice(2);
const scope = { tenant: 'acme', environment: 'production' };

const storage = await openEmbeddedStorage({ directory: directory!, onError: console.error });
await storage.flags.createEnvironment(scope).catch(() => {});
for (let n = 0; n < Number(limit); n++) {
  const { revision } = await storage.flags.writeFlag(scope, 'checkout', aFlag, BY_TESTER);
  console.log(revision);
}
await storage.close();
