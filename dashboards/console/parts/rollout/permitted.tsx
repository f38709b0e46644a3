import type { EnvelopeAssessment, KeptPace } from '../../api/answers.ts';
import { percentOfShare } from '../../format/numbers.ts';
import { ACTION_WORDS } from '../../format/words.ts';

/** What the newest decision might have done, what speaks against the rest, and the learned pace that chooses among it. */
export function Permitted({
  envelope,
  pace,
}: {
  readonly envelope: EnvelopeAssessment;
  readonly pace: KeptPace | undefined;
}) {
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
      {pace && (
        <p class="mt-3">
          The pace is <code>{pace.pace}</code>,{' '}
          {pace.policy === null ? 'because no ramp policy could be asked' : `chosen by the ramp policy ${pace.policy}`}.
        </p>
      )}
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
