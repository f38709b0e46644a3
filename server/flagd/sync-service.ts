import { type ServerUnaryCall, type sendUnaryData, status, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { Problem } from '../../domain/index.ts';
import type { Authenticator } from '../api-keys.ts';
import type { OpenStreams } from '../open-streams.ts';
import type { PublishedEnvironment, SnapshotPublisher } from '../snapshot-publisher.ts';
import { authorizeCall } from './authorize-call.ts';
import { callStatusOf } from './call-status.ts';
import { flagdDefinitionOf } from './flagd-definition.ts';
import { oncePerVersion } from './once-per-version.ts';
import type { OpenCalls } from './open-calls.ts';
import { encodeFetchAnswer, encodeMetadataAnswer, encodeSyncAnswer, type SyncRequest } from './sync-protocol.ts';
import { isOpen, type SyncCall, streamVersions } from './sync-stream.ts';

/** gRPC clients refuse messages above 4 MiB unless told otherwise; this is where it is time to say so. */
const LARGE_MESSAGE_BYTES = 3 * 1024 * 1024;

/** What the service works with. */
export interface SyncDependencies {
  readonly publisher: SnapshotPublisher;
  readonly authenticator: Authenticator;
  readonly streams: OpenStreams;
  readonly onError: (error: unknown) => void;
  /** Called once for each version that clients may soon refuse for its size. */
  readonly onLargeMessage: (environment: string, bytes: number) => void;
}

type UnaryCall = ServerUnaryCall<SyncRequest, Buffer>;

/** The calls of flagd's sync service, over what is published. */
export function createSyncService(deps: SyncDependencies, openCalls: OpenCalls): UntypedServiceImplementation {
  const { publisher, authenticator, onError } = deps;

  const encode = oncePerVersion((published) => {
    const { environment, settings } = published.snapshot;
    const message = encodeSyncAnswer(flagdDefinitionOf(published).json, settings.staticContext);
    if (message.length > LARGE_MESSAGE_BYTES) deps.onLargeMessage(environment, message.length);
    return message;
  });

  const failed = (error: unknown) => {
    const callStatus = callStatusOf(error);
    if (callStatus.code === status.INTERNAL) onError(error);
    return callStatus;
  };

  const stream = async (call: SyncCall) => {
    const caller = await authorizeCall(call, authenticator);
    if (!isOpen(call)) return;
    const forget = deps.streams.add(caller, () => {
      if (isOpen(call)) call.emit('error', failed(new Problem('unauthenticated', 'the key is no longer good')));
    });
    call.once('cancelled', forget);
    openCalls.add(caller.keyId, call);
    await streamVersions(call, caller, { publisher, encode });
  };

  const unary =
    (answer: (published: PublishedEnvironment) => Buffer) => (call: UnaryCall, callback: sendUnaryData<Buffer>) => {
      authorizeCall(call, authenticator)
        .then((caller) => publisher.require(caller))
        .then((published) => answer(published))
        .then(
          (bytes) => callback(null, bytes),
          (error: unknown) => callback(failed(error)),
        );
    };

  return {
    SyncFlags: (call: SyncCall) => {
      stream(call).catch((error: unknown) => {
        if (isOpen(call)) call.emit('error', failed(error));
      });
    },
    FetchAllFlags: unary((published) => encodeFetchAnswer(flagdDefinitionOf(published).json)),
    GetMetadata: unary(({ snapshot }) => encodeMetadataAnswer(snapshot.settings.staticContext)),
  };
}
