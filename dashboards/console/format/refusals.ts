import type { SignInRefusal } from '../../../domain/index.ts';

interface Words {
  readonly title: string;
  readonly fix: string;
}

/** Why nobody was signed in, and what to do about it, in the words of the sign-in page; `provider` is its name. */
export function wordsOfRefusal(refusal: string, provider: string): Words | undefined {
  const words = wordsFor(provider);
  return isRefusal(refusal, words) ? words[refusal] : undefined;
}

function isRefusal(refusal: string, words: Readonly<Record<SignInRefusal, Words>>): refusal is SignInRefusal {
  return Object.hasOwn(words, refusal);
}

function wordsFor(provider: string): Readonly<Record<SignInRefusal, Words>> {
  const askAdmin = 'Ask whoever looks after the users here.';
  return {
    providerAway: {
      title: `${provider} does not answer`,
      fix: 'Try again in a while; a user name with a password, or an API key, works all the same.',
    },
    denied: { title: `${provider} did not sign you in`, fix: 'You, or a rule there, said no. You can try again.' },
    providerFailed: {
      title: `${provider} answered with an error`,
      fix: 'Try again; if it stays, this server may be set up there in another way than here. The log has the details.',
    },
    expired: {
      title: 'The sign-in took too long, or began in another browser',
      fix: 'Begin anew. Your browser has to accept cookies of this server.',
    },
    mixedUp: { title: 'That was the answer to another sign-in', fix: 'Begin anew, in one tab.' },
    notVerified: {
      title: `What ${provider} said could not be verified`,
      fix: 'Try again; if it stays, the log of this server says what was wrong.',
    },
    noRole: { title: 'You have no role here', fix: `No group of yours gives one. ${askAdmin}` },
    disabled: { title: 'Your user is disabled here', fix: askAdmin },
    noName: {
      title: `${provider} gives no name that a user can have here`,
      fix: 'It takes a verified e-mail address or a user name of letters, digits and . _ @ + -, at most 100 long.',
    },
    nameTaken: {
      title: 'Another user here has your name',
      fix: `If it is you, sign in with its password; it is not handed over by itself. ${askAdmin}`,
    },
    tooMany: { title: 'Too many people sign in at once', fix: 'Try again in a few seconds.' },
    unavailable: { title: 'The database of this server does not answer', fix: 'Try again in a while.' },
  };
}
