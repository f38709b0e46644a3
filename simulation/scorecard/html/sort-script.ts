/** Sorts a table by the column whose heading is pressed, and the other way round when pressed again; gaps stay last. */
export const SORT_SCRIPT = `
for (const table of document.querySelectorAll('table.sortable')) {
  const headings = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
  const body = table.tBodies[0];
  headings.forEach((heading, column) => heading.firstElementChild.addEventListener('click', () => {
    const sign = heading.getAttribute('aria-sort') === 'ascending' ? -1 : 1;
    const keyOf = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent;
    const compare = (a, b) => {
      if (a === '' || b === '') return (a === '') - (b === '');
      return sign * (column === 0 ? a.localeCompare(b, 'en', { numeric: true }) : a - b);
    };
    for (const other of headings) other.removeAttribute('aria-sort');
    heading.setAttribute('aria-sort', sign === 1 ? 'ascending' : 'descending');
    body.append(...[...body.rows].sort((a, b) => compare(keyOf(a), keyOf(b))));
  }));
}
`;
