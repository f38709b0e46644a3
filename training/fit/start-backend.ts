import '@tensorflow/tfjs-backend-cpu';
import { setThreadsCount } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
// Without the layers nothing registers gradients, and no model can be fitted.
import '@tensorflow/tfjs-layers';

/** A place where TensorFlow.js can compute. */
export type BackendName = 'tensorflow' | 'wasm' | 'cpu';

/** What fits run on; part of every artefact, because coefficients are the same only on the same one. */
export interface StartedBackend {
  readonly name: BackendName;
  readonly version: string;
  /** Those that were tried before, each with why it does not run here. */
  readonly unavailable: readonly { readonly name: BackendName; readonly reason: string }[];
}

/** The native library, then WebAssembly, then plain JavaScript. */
const BY_SPEED: readonly BackendName[] = ['tensorflow', 'wasm', 'cpu'];

/** Starts the first backend that runs here; throws only if not even plain JavaScript does. */
export async function startBackend(candidates: readonly BackendName[] = BY_SPEED): Promise<StartedBackend> {
  const unavailable: { name: BackendName; reason: string }[] = [];
  for (const name of candidates) {
    const reason = await faultOf(name);
    if (reason === undefined) return { name, version: tf.version_core, unavailable };
    unavailable.push({ name, reason });
  }
  throw new Error(`no backend of TensorFlow.js starts: ${JSON.stringify(unavailable)}`);
}

/** Native modules fail to load in many ways, some without a code: every one of them means the next candidate. */
async function faultOf(name: BackendName): Promise<string | undefined> {
  try {
    // A name in a variable, or the compiler wants the optional package.
    if (name === 'tensorflow') await import(NATIVE_PACKAGE);
    // One thread, because fits run in a worker beside a service.
    if (name === 'wasm') setThreadsCount(1);
    if (await tf.setBackend(name)) return undefined;
    return 'it did not initialise';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const NATIVE_PACKAGE: string = '@tensorflow/tfjs-node';
