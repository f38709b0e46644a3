import type { Completion } from './completion-points.ts';
import { quoted } from './quoted.ts';

/** The script that fish loads; where nothing of it fits, fish proposes files. */
export function fishCompletion({ points, valued }: Completion): string {
  const paths = points.filter(({ path }) => path !== '').map(({ path }) => quoted(path));
  const lines = points.flatMap(({ path, words }) =>
    words.map(({ word, meaning }) => {
      const condition = quoted(`__rampwright_at ${quoted(path)}`);
      const what = word.startsWith('--') ? `-l ${word.slice(2)}${valued.includes(word) ? ' -r' : ''}` : `-f -a ${word}`;
      return `complete -c rampwright -n ${condition} ${what} -d ${quoted(meaning)}`;
    }),
  );
  return `# Completion of rampwright for fish: rampwright completion fish | source
function __rampwright_at
  set -l words (commandline -opc)
  set -e words[1]
  set -l where
  for at in $words
    set -l further (string join ' ' $where $at)
    if contains -- $further ${paths.join(' ')}
      set where $further
    end
  end
  test "$where" = "$argv[1]"
end
${lines.join('\n')}
`;
}
