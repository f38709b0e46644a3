// Off-policy estimates beside the truth.
//   npm run bench:off-policy -- simulated [--seeds 10501..10502] [--folder .rampwright/paces] [--logs 400] [--sizes 200,500,1000,3000]
//   npm run bench:off-policy -- rewards [--seeds 10701..10704]
//   npm run bench:off-policy -- --data FOLDER
// The first two play simulated rollouts, the last reads the Open Bandit Dataset; each file says how.
if (process.argv[2] === 'simulated') await import('./off-policy/simulated.ts');
else if (process.argv[2] === 'rewards') await import('./off-policy/joined-harm.ts');
else await import('./off-policy/open-bandit.ts');
