// A map of Europe in dots, and the line of a flight on it. Coordinates are degrees, north and east.
const LAND = [
  '.................############.....#.##',
  '.................###..#####....#######',
  '.......#.#.............####......#####',
  '.......####.........#..###....##.#####',
  '........##..........##..##.....#######',
  '.........##........##.##......########',
  '......##..##........#.#.......########',
  '....###...##........####.#############',
  '......##..###.....####################',
  '....###..#####..######################',
  '.....#...#####..######################',
  '.........##.#.########################',
  '..............########################',
  '...........###########################',
  '.........#############################',
  '..........############################',
  '...........###########################',
  '............##########################',
  '............###########.##############',
  '...........############..###########..',
  '......#.....#######...##..###########.',
  '.....##########.......##...#########..',
  '......##########....#..##....#######..',
  '.....#########..........##...########.',
  '......#######.......#....###.####....#',
  '.....#######..#.....#........###..####',
  '......#######.................####.###',
  '.....#######...........##.....#.#..###',
  '......#####.............##.....#....##',
  '.......#.....########................#',
  '........#...##########................',
]; // a dot each 0.8 degrees north and 1.2 east, in every second row half a step further; from 59.6 N, 15 W
const LONDON = { name: 'London', lat: 51.47, lng: -0.45 };

const place = ({ lat, lng }) => ({ x: (lng + 15) / 1.2 + 0.5, y: (59.6 - lat) / 0.8 + 0.5 });

function svg(name, attributes, ...children) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

/** Draws the land; returns what draws a route to a place, or only `places` if there is none. */
export function createMap(root, places) {
  const dots = LAND.flatMap((row, y) => [...row].map((dot, x) => (dot === '#' ? `M${x + (y % 2) / 2 + 0.5} ${y + 0.5}h0` : '')));
  const layer = svg('g', {});
  root.replaceChildren(svg('path', { class: 'land', d: dots.join('') }), layer);
  let shown = '';

  return function draw(to, status) {
    const next = JSON.stringify([to?.name, status]);
    if (next === shown) return; // the same line is not drawn again
    shown = next;
    root.setAttribute('aria-label', to ? `A map of Europe with the line from London to ${to.name}` : 'A map of Europe');
    layer.replaceChildren(...(to ? line(to, status) : places.map((one) => city(one, 'other'))), city(LONDON, 'home'));
  };
}

function line(to, status) {
  const [a, b] = [place(LONDON), place(to)];
  const bend = Math.hypot(b.x - a.x, b.y - a.y) * 0.22 * (b.x > a.x ? -1 : 1);
  const angle = Math.atan2(b.y - a.y, b.x - a.x);
  const middle = { x: (a.x + b.x) / 2 - Math.sin(angle) * -bend, y: (a.y + b.y) / 2 + Math.cos(angle) * bend };
  const top = { x: (a.x + b.x) / 4 + middle.x / 2, y: (a.y + b.y) / 4 + middle.y / 2 };
  const turn = `translate(${top.x} ${top.y}) rotate(${(angle * 180) / Math.PI}) scale(0.085)`;
  return [
    svg('path', { class: 'route', 'data-status': status, pathLength: 1, d: `M${a.x} ${a.y}Q${middle.x} ${middle.y} ${b.x} ${b.y}` }),
    svg('path', { class: 'plane', transform: turn, d: 'M12 0L7 -2H2L-4 -11H-7L-4 -2H-9L-12 -5H-14L-12.5 0L-14 5H-12L-9 2H-4L-7 11H-4L2 2H7Z' }),
    city(to, 'to'),
  ];
}

function city({ name, lat, lng }, kind) {
  const { x, y } = place({ lat, lng });
  const label = svg('text', { x, y: kind === 'home' ? y - 1.1 : y + 2 }, name);
  return svg('g', { class: `city ${kind}` }, svg('circle', { cx: x, cy: y, r: 1.1 }), svg('circle', { cx: x, cy: y, r: 0.45 }), label);
}
