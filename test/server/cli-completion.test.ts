import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { bashCompletion } from '../../server/cli/completion/bash-completion.ts';
import { completionOf } from '../../server/cli/completion/completion-points.ts';
import { fishCompletion } from '../../server/cli/completion/fish-completion.ts';
import { zshCompletion } from '../../server/cli/completion/zsh-completion.ts';
import { createProgram } from '../../server/cli/program.ts';
import { runCli } from './cli-process.ts';

const completion = completionOf(createProgram({}));

/** What bash proposes for each line, whose last word is being typed; all in one bash. */
const LINES = [
  'rampwright ro',
  'rampwright rollouts app',
  'rampwright --help rollouts app',
  'rampwright rollouts list --env',
  'rampwright rollouts start --environment list --over',
  'rampwright rollouts start thing --re',
  'rampwright rollouts start --reason sta',
  'rampwright completion ',
  'rampwright nonsense',
];

describe('completion', () => {
  let proposed: ReadonlyMap<string, readonly string[]>;
  beforeAll(async () => {
    const { code, out } = await runCli(['completion', 'bash']);
    expect(code).toBe(0);
    const asked = LINES.map((line) => {
      const words = line.split(' ').map((word) => `'${word}'`);
      return `COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _rampwright; echo "\${COMPREPLY[*]}"`;
    });
    const answers = execFileSync('bash', ['--noprofile', '--norc'], { input: [out, ...asked].join('\n') });
    const lines = answers.toString().split('\n');
    proposed = new Map(LINES.map((line, index) => [line, lines[index]!.split(' ').filter(Boolean)]));
  });

  it.each([
    ['rampwright ro', ['rollouts']],
    ['rampwright rollouts app', ['approve', 'approvals']],
    ['rampwright --help rollouts app', ['approve', 'approvals']],
    ['rampwright rollouts list --env', ['--environment']],
    ['rampwright rollouts start thing --re', ['--reason', '--request-key']],
    ['rampwright completion ', ['bash', 'zsh', 'fish', '--help']],
    ['rampwright nonsense', []],
  ])('of "%s" by bash is %j', (line, words) => {
    expect(proposed.get(line)).toEqual(words);
  });

  it('by bash takes no value of an option for a command, and proposes files for one', () => {
    expect(proposed.get('rampwright rollouts start --environment list --over')).toEqual(['--override-freeze']);
    expect(proposed.get('rampwright rollouts start --reason sta')).toEqual([]);
  });

  it('knows every command and option of the program, in the scripts of all shells', () => {
    const scripts = [bashCompletion(completion), zshCompletion(completion), fishCompletion(completion)];
    expect(completion.points.length).toBeGreaterThan(50);
    for (const script of scripts) {
      for (const { path, words } of completion.points) {
        expect(script).toContain(path);
        for (const { word } of words) expect(script).toContain(word.replace(/^--/, ''));
      }
    }
  });

  it('refuses a shell that it does not know, and says which it does', async () => {
    const { code, error } = await runCli(['completion', 'tcsh']);
    expect(code).toBe(2);
    expect(error).toMatch(/Allowed choices are bash, zsh, fish/);
  });
});
