/** Why a sign-in over a provider of identities came to nothing; the console has words for each. */
export type SignInRefusal =
  /** The provider does not answer. */
  | 'providerAway'
  /** The person, or the provider, said no. */
  | 'denied'
  /** The provider answered with an error of its own. */
  | 'providerFailed'
  /** The browser has no sign-in under way, or has had it for too long. */
  | 'expired'
  /** The answer belongs to another sign-in than the one under way in this browser. */
  | 'mixedUp'
  /** What the provider said could not be verified. */
  | 'notVerified'
  /** No claim of the person gives a role. */
  | 'noRole'
  /** The person is disabled here. */
  | 'disabled'
  /** No claim gives a name that a user may have. */
  | 'noName'
  /** Another user has the name. */
  | 'nameTaken'
  /** Too many try at once. */
  | 'tooMany'
  /** The database of this server does not answer. */
  | 'unavailable';
