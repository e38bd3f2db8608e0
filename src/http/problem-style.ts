/** The stylesheet of the problem pages. System colours follow the reader's light or dark. */
export const problemStyle = `:root {
  color-scheme: light dark;
}
body {
  font: 1rem/1.6 system-ui, sans-serif;
  max-width: 48rem;
  margin: 2rem auto;
  padding: 0 1rem;
}
pre,
code {
  font-family: ui-monospace, monospace;
  font-size: 0.9em;
}
pre {
  overflow-x: auto;
  padding: 1rem;
  border: 1px solid color-mix(in srgb, currentColor 30%, transparent);
}
table {
  border-collapse: collapse;
}
th,
td {
  text-align: left;
  padding: 0.2rem 0.8rem 0.2rem 0;
  border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent);
}
`;
