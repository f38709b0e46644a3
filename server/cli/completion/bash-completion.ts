import type { Completion } from './completion-points.ts';
import { quoted } from './quoted.ts';

/** The script that bash loads; where nothing of it fits, bash proposes files. */
export function bashCompletion({ points, valued }: Completion): string {
  const paths = points.filter(({ path }) => path !== '').map(({ path }) => quoted(path));
  const cases = points.map(
    ({ path, words }) => `    ${quoted(path)}) next=${quoted(words.map(({ word }) => word).join(' '))} ;;`,
  );
  return `# Completion of rampwright for bash: source <(rampwright completion bash)
_rampwright() {
  local word="\${COMP_WORDS[COMP_CWORD]}" path='' at next=''
  case "\${COMP_WORDS[COMP_CWORD-1]}" in
    ${valued.join('|')}) COMPREPLY=(); return ;;
  esac
  for at in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$at" in
      ${paths.join('|')}) path="\${path:+$path }$at" ;;
    esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$next" -- "$word"))
}
complete -o default -F _rampwright rampwright
`;
}
