// Off-policy estimates beside the truth.
//   npm run bench:off-policy -- simulated [--seeds 10501..10506] [--worlds FILE]
//   npm run bench:off-policy -- --data FOLDER [--seed N]
// The first plays simulated rollouts, the second reads the Open Bandit Dataset; each file says how.
if (process.argv[2] === 'simulated') await import('./off-policy/simulated.ts');
else await import('./off-policy/open-bandit.ts');
