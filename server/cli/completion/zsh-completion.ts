import type { Completion } from './completion-points.ts';
import { quoted } from './quoted.ts';

/** The script that zsh loads; where nothing of it fits, zsh proposes files. */
export function zshCompletion({ points, valued }: Completion): string {
  const paths = points.filter(({ path }) => path !== '').map(({ path }) => quoted(path));
  const cases = points.map(({ path, words }) => {
    const next = words.map(({ word, meaning }) => quoted(`${word.replaceAll(':', '\\:')}:${meaning}`));
    return `    ${quoted(path)}) next=(${next.join(' ')}) ;;`;
  });
  return `#compdef rampwright
# Completion of rampwright for zsh: source <(rampwright completion zsh)
_rampwright() {
  local where='' at
  local -a next
  case "\${words[CURRENT-1]}" in
    ${valued.join('|')}) _files; return ;;
  esac
  for at in "\${(@)words[2,CURRENT-1]}"; do
    case "\${where:+$where }$at" in
      ${paths.join('|')}) where="\${where:+$where }$at" ;;
    esac
  done
  case "$where" in
${cases.join('\n')}
  esac
  _describe -t commands rampwright next || _files
}
compdef _rampwright rampwright
`;
}
