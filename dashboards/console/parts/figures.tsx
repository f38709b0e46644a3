import { significant } from '../format/numbers.ts';

const MOST_ROWS = 200;

/** Any JSON as a list of names and values, nested names joined by dots. */
export function Figures({ title, value }: { readonly title: string; readonly value: unknown }) {
  const rows = rowsOf(value, '');
  if (rows.length === 0) return null;
  return (
    <section class="panel grid gap-2" aria-label={title}>
      <h2>{title}</h2>
      <table class="figures">
        <tbody>
          {rows.slice(0, MOST_ROWS).map(([name, text]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="whitespace-normal!">{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function rowsOf(value: unknown, name: string): readonly (readonly [string, string])[] {
  if (value === null || value === undefined || value === '') return [];
  if (typeof value === 'number') return [[name, significant(value, 5)]];
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null))
    return value.length === 0 ? [] : [[name, value.map(String).join(', ')]];
  if (typeof value !== 'object') return [[name, String(value)]];
  return Object.entries(value).flatMap(([key, item]) => rowsOf(item, name === '' ? key : `${name}.${key}`));
}
