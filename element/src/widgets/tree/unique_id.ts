// Ids of nodes, unique in the page.
let count = 0;

export function uniqueId(): string {
  return `turnstream-widget-${++count}`;
}
