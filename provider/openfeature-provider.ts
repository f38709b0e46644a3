import {
  ErrorCode,
  type EvaluationContext,
  type JsonValue,
  OpenFeatureEventEmitter,
  type Provider,
  ProviderEvents,
  ProviderFatalError,
  type ResolutionDetails,
  type TrackingEventDetails,
} from '@openfeature/server-sdk';
import type { EvaluationContext as FlagContext, JsonValue as FlagJson, JsonObject } from '../domain/index.ts';
import { createRampwrightClient, type FlagTypes, type RampwrightClient } from './client.ts';
import { RampwrightError } from './client-error.ts';
import type { ClientOptions } from './client-options.ts';
import type { ClientChange } from './snapshot/snapshot-keeper.ts';

/**
 * Rampwright behind the OpenFeature server SDK.
 *
 * Takes a client, which stays the caller's to close, or the options of one, which it closes with itself.
 */
export class RampwrightProvider implements Provider {
  readonly runsOn = 'server';
  readonly metadata = { name: 'rampwright' };
  readonly events = new OpenFeatureEventEmitter();
  readonly client: RampwrightClient;
  readonly #ownsClient: boolean;
  #stopListening = () => {};

  constructor(client: RampwrightClient | ClientOptions) {
    this.#ownsClient = !('details' in client);
    this.client = 'details' in client ? client : createRampwrightClient(client);
  }

  async initialize(): Promise<void> {
    try {
      await this.client.ready();
    } catch (failure) {
      if (failure instanceof RampwrightError && failure.code === 'denied')
        throw new ProviderFatalError(failure.message);
      throw failure;
    } finally {
      // The SDK itself tells of the outcome of this method, so only what follows is passed on.
      this.#stopListening = this.client.onChange((change) => this.#passOn(change));
      // Flags from disk: the SDK calls the provider ready first, so that it is called stale a turn later.
      if (this.client.status().state === 'stale')
        setImmediate(() => this.#passOn({ kind: 'state', state: this.client.status().state }));
    }
  }

  async onClose(): Promise<void> {
    this.#stopListening();
    if (this.#ownsClient) await this.client.close();
  }

  resolveBooleanEvaluation(flagKey: string, defaultValue: boolean, context: EvaluationContext) {
    return this.#resolve('boolean', flagKey, defaultValue, context);
  }

  resolveStringEvaluation(flagKey: string, defaultValue: string, context: EvaluationContext) {
    return this.#resolve('string', flagKey, defaultValue, context);
  }

  resolveNumberEvaluation(flagKey: string, defaultValue: number, context: EvaluationContext) {
    return this.#resolve('number', flagKey, defaultValue, context);
  }

  async resolveObjectEvaluation<T extends JsonValue>(
    flagKey: string,
    defaultValue: T,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<T>> {
    // A default may be any JSON; it is handed back unread.
    const details = await this.#resolve('object', flagKey, defaultValue as JsonObject, context);
    return details as ResolutionDetails<JsonValue> as ResolutionDetails<T>;
  }

  track(trackingEventName: string, context: EvaluationContext, details: TrackingEventDetails): void {
    const { targetingKey: unit } = context;
    this.client.track(trackingEventName, details.value, unit === undefined ? {} : { unit });
  }

  async #resolve<K extends keyof FlagTypes>(
    type: K,
    flagKey: string,
    defaultValue: FlagTypes[K],
    context: EvaluationContext,
  ): Promise<ResolutionDetails<FlagTypes[K]>> {
    const details = this.client.details(
      flagKey,
      type,
      defaultValue,
      (holdsDate(context) ? withoutDates(context) : context) as FlagContext,
    );
    const { value, variant, reason, errorCode, errorMessage, flagMetadata } = details;
    return {
      value,
      reason,
      flagMetadata: { ...flagMetadata },
      ...(variant !== undefined && { variant }),
      ...(errorCode !== undefined && { errorCode: ErrorCode[errorCode] }),
      ...(errorMessage !== undefined && { errorMessage }),
    };
  }

  #passOn(change: ClientChange): void {
    if (change.kind === 'flags') {
      this.events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged: [...change.flagsChanged] });
    } else if (change.state === 'ready') {
      this.events.emit(ProviderEvents.Ready);
    } else if (change.state === 'stale') {
      this.events.emit(ProviderEvents.Stale, { message: 'the server is out of touch; the last flags are served' });
    } else if (change.state === 'failed') {
      this.events.emit(ProviderEvents.Error, {
        message: 'the server refuses the API key',
        errorCode: ErrorCode.PROVIDER_FATAL,
      });
    }
  }
}

/** Dates are rare, and a copy of every context would cost more than the evaluation. */
function holdsDate(value: EvaluationContext[string]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return value instanceof Date || Object.values(value).some(holdsDate);
}

/** OpenFeature contexts may hold dates; flags compare their ISO texts. An invalid date is null. */
function withoutDates(value: EvaluationContext[string]): FlagJson | undefined {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value.toJSON();
  if (Array.isArray(value)) return value.map((item) => withoutDates(item) ?? null);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key, withoutDates(member) ?? null]));
}
