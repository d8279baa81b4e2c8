// Vendors the dependencies of the map demo: Leaflet, and London as GeoJSON, with their licences.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { transform } from 'esbuild';
import { feature } from 'topojson-client';

const OUT = '../src/turnstream/demos/map/page/vendor';
const MODULES = 'node_modules';
const DATA = `${MODULES}/vega-datasets/data`;

const text = (path) => readFileSync(path, 'utf8');
const version = (name) => JSON.parse(text(`${MODULES}/${name}/package.json`)).version;

// Leaflet tests with `innerHTML` whether HTML can contain SVG. It can, and a page with trusted types
// forbids the test.
function withoutProbe(source) {
  const probe = /var inlineSvg = !!svg\$1 && \(function \(\) \{.*?\}\)\(\);/s;
  if (!probe.test(source))
    throw new Error('Leaflet is written differently: adapt withoutProbe in vendor.mjs');
  return source.replace(probe, 'var inlineSvg = true;');
}

// The images belong to controls and markers that the demo does not use.
const withoutPictures = (css) => css.replace(/[^{}]+\{[^{}]*url\([^{}]*\}/g, '');

const rounded = (value) => (Array.isArray(value) ? value.map(rounded) : Math.round(value * 1e5) / 1e5);

function boroughs() {
  const topology = JSON.parse(text(`${DATA}/londonBoroughs.json`));
  const { features } = feature(topology, topology.objects.boroughs);
  return features.map(({ id, geometry }) => shape(id, geometry.type, geometry.coordinates));
}

/** One feature per tube line, since the data has one per section. */
function tubeLines() {
  const topology = JSON.parse(text(`${DATA}/londonTubeLines.json`));
  const lines = new Map();
  for (const { id, geometry } of feature(topology, topology.objects.line).features) {
    const parts = geometry.type === 'LineString' ? [geometry.coordinates] : geometry.coordinates;
    lines.set(id, [...(lines.get(id) ?? []), ...parts]);
  }
  return [...lines].map(([name, parts]) => shape(name, 'MultiLineString', parts));
}

const shape = (name, type, coordinates) => ({
  type: 'Feature',
  properties: { name },
  geometry: { type, coordinates: rounded(coordinates) },
});

const LICENCES = `leaflet.js, leaflet.css: Leaflet ${version('leaflet')} (BSD-2-Clause), without its pictures

${text(`${MODULES}/leaflet/LICENSE`).trim()}

${'-'.repeat(80)}

boroughs.json: from vega-datasets ${version('vega-datasets')}, made from the
London boroughs of the Office for National Statistics.
Open Government Licence v3.0, https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/
Contains National Statistics data © Crown copyright and database right 2015.
Contains Ordnance Survey data © Crown copyright and database right 2015.

${'-'.repeat(80)}

tube.json: from vega-datasets ${version('vega-datasets')}, made from OpenStreetMap.
© OpenStreetMap contributors, https://www.openstreetmap.org/copyright
Open Database License v1.0, https://opendatacommons.org/licenses/odbl/1-0/
`;

async function minified(source, loader) {
  return (await transform(source, { loader, minify: true, target: 'es2022', legalComments: 'none' })).code;
}

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT);
const features = (list) => JSON.stringify({ type: 'FeatureCollection', features: list });
writeFileSync(
  `${OUT}/leaflet.js`,
  await minified(withoutProbe(text(`${MODULES}/leaflet/dist/leaflet-src.esm.js`)), 'js'),
);
writeFileSync(
  `${OUT}/leaflet.css`,
  withoutPictures(await minified(text(`${MODULES}/leaflet/dist/leaflet.css`), 'css')),
);
writeFileSync(`${OUT}/boroughs.json`, features(boroughs()));
writeFileSync(`${OUT}/tube.json`, features(tubeLines()));
writeFileSync(`${OUT}/LICENSES.txt`, LICENCES);
