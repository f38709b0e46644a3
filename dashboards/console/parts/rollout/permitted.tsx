import type { EnvelopeAssessment } from '../../api/answers.ts';
import { percentOfShare } from '../../format/numbers.ts';
import { ACTION_WORDS } from '../../format/words.ts';

/** What the newest decision might have done, and what speaks against the rest. */
export function Permitted({ envelope }: { readonly envelope: EnvelopeAssessment }) {
  const messageOf = new Map(envelope.reasons.map(({ code, message }) => [code, message]));
  return (
    <details class="panel">
      <summary class="cursor-pointer font-semibold">Permitted actions</summary>
      <table class="figures mt-3 w-full">
        <thead>
          <tr>
            <th scope="col">action</th>
            <th scope="col">refused by</th>
          </tr>
        </thead>
        <tbody>
          {envelope.actions.map(({ action, coverage, isPermitted, refusedBy }) => (
            <tr key={`${action} ${coverage}`}>
              <td class={`align-top ${isPermitted ? 'font-medium text-success' : ''}`}>
                {ACTION_WORDS[action]}
                {action === 'ramp' && ` ${percentOfShare(coverage)}`}
              </td>
              <td class="whitespace-normal!">
                {isPermitted ? (
                  <span class="quiet">nothing: permitted</span>
                ) : (
                  <Refusals codes={refusedBy} messageOf={messageOf} />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

function Refusals({
  codes,
  messageOf,
}: {
  readonly codes: readonly string[];
  readonly messageOf: ReadonlyMap<string, string>;
}) {
  return (
    <ul>
      {codes.map((code) => (
        <li key={code}>
          <code class="text-xs">{code}</code> <span class="quiet">{messageOf.get(code)}</span>
        </li>
      ))}
    </ul>
  );
}
