// London on a Leaflet map. Knows nothing of a chat: places, a route, a selection, and three ways to use a click.
import * as L from './vendor/leaflet.js';

const isCalm = matchMedia('(prefers-reduced-motion: reduce)');
const SVG = 'http://www.w3.org/2000/svg';
const GLYPHS = {
  museum: 'M3 9l9-5 9 5M5 9v9M10 9v9M14 9v9M19 9v9M3 20h18',
  landmark: 'M12 3l2.7 5.6 6.3.9-4.5 4.3 1 6.2-5.5-3-5.5 3 1-6.2L3 9.5l6.3-.9z',
  park: 'M12 21v-6M12 3l5 6h-3l4 6H6l4-6H7z',
  market: 'M4 10v10h16V10M3 10l2-6h14l2 6M10 20v-6h4v6',
};
// The middle of the Thames. Drawn wider than the river and under the boroughs, it shows between their banks.
const THAMES = [
  [51.4035, -0.3375], [51.411, -0.309], [51.4305, -0.3215], [51.4455, -0.325], [51.458, -0.309], [51.468, -0.32], [51.4865, -0.29], [51.4868, -0.276],
  [51.47, -0.268], [51.472, -0.253], [51.4875, -0.246], [51.488, -0.23], [51.478, -0.226], [51.467, -0.213], [51.463, -0.193], [51.473, -0.179],
  [51.482, -0.17], [51.4845, -0.15], [51.4875, -0.127], [51.4945, -0.123], [51.501, -0.1215], [51.506, -0.12], [51.5085, -0.1165], [51.5095, -0.104],
  [51.508, -0.0877], [51.5055, -0.0754], [51.503, -0.062], [51.507, -0.048], [51.508, -0.035], [51.5, -0.029], [51.487, -0.03], [51.484, -0.01],
  [51.49, 0.001], [51.504, 0.004], [51.506, 0.008], [51.4945, 0.024], [51.4955, 0.037], [51.496, 0.06], [51.507, 0.078], [51.515, 0.095],
  [51.509, 0.12], [51.49, 0.155], [51.485, 0.18], [51.479, 0.205], [51.477, 0.212],
];
const RIVER_M = 1500;

export async function createCity(container, { onPick, onMeasure, onMode }) {
  const [boroughs, tube] = await Promise.all(['boroughs', 'tube'].map(async (name) => (await fetch(`vendor/${name}.json`)).json()));
  const map = L.map(container, { attributionControl: false, zoomControl: false, zoomSnap: 0.25, zoomDelta: 0.5, minZoom: 9, maxZoom: 17 });
  const markers = new Map();
  const route = { ids: [], line: L.polyline([], { className: 'route', interactive: false }) };
  const measure = { points: [], group: L.layerGroup().addTo(map) };
  let mode = 'explore';
  let selected = null;
  let target = null;

  // --- paper -----------------------------------------------------------------------------------------------------
  const land = L.geoJSON(boroughs, { style: () => ({ className: 'borough', weight: 1, fillOpacity: 1 }) });
  const home = () => map.fitBounds(land.getBounds(), { animate: false, padding: [12, 12] });
  home();
  const river = L.polyline(THAMES, { className: 'river', interactive: false }).addTo(map);
  land.addTo(map);
  L.geoJSON(tube, { interactive: false, style: ({ properties: { name } }) => ({ className: `tube ${name.toLowerCase().split(' ')[0]}` }) }).addTo(map);
  route.line.addTo(map);
  map.setMaxBounds(land.getBounds().pad(0.6));
  const names = land.getLayers().map((layer) => {
    const html = document.createElement('span');
    html.textContent = layer.feature.properties.name;
    const icon = L.divIcon({ className: 'name', html, iconSize: null });
    L.marker(layer.getCenter(), { interactive: false, keyboard: false, icon }).addTo(map);
    return { html, bounds: layer.getBounds() };
  });

  function fitToZoom() {
    const zoom = map.getZoom();
    const perDegree = 256 * 2 ** zoom / 360;
    container.toggleAttribute('data-near', zoom >= 12.5);
    container.toggleAttribute('data-close', zoom >= 14.5);
    river.setStyle({ weight: (RIVER_M / 111_320 / Math.cos((51.5 * Math.PI) / 180)) * perDegree });
    for (const { html, bounds } of names) {
      html.hidden = (bounds.getEast() - bounds.getWest()) * perDegree < html.textContent.length * 9;
    }
  }
  fitToZoom();
  map.on('zoomend', fitToZoom);
  new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(container);

  function boroughAt({ lat, lng }) {
    return boroughs.features.find(({ geometry }) => parts(geometry).some(([ring]) => isInside(lng, lat, ring)))?.properties.name ?? null;
  }

  // --- places ----------------------------------------------------------------------------------------------------
  function addMarker(place) {
    markers.get(place.id)?.pin.remove();
    const button = document.createElement('button');
    button.type = 'button';
    const label = document.createElement('span');
    label.textContent = place.label;
    label.setAttribute('aria-hidden', 'true');
    const html = document.createElement('div');
    html.append(button, label);
    const pin = L.marker([place.lat, place.lng], { keyboard: false, icon: L.divIcon({ className: 'pin', html, iconSize: [30, 30], iconAnchor: [15, 15] }) }).addTo(map);
    pin.getElement().dataset.kind = place.kind;
    L.DomEvent.disableClickPropagation(button);
    button.addEventListener('click', () => pick({ ...place, borough: boroughAt(place) }));
    markers.set(place.id, { place, pin, button });
    drawRoute();
  }

  function removeMarker(id) {
    markers.get(id)?.pin.remove();
    markers.delete(id);
    if (selected?.id === id) pick(null);
    drawRoute();
  }

  /** A stop shows its number, every other place what it is. */
  function drawRoute() {
    const stops = route.ids.filter((id) => markers.has(id));
    route.line.setLatLngs(stops.map((id) => markers.get(id).pin.getLatLng()));
    for (const [id, { place, button }] of markers) {
      const at = stops.indexOf(id);
      const name = `${place.label}, ${place.kind}`;
      button.setAttribute('aria-label', at < 0 ? name : `${at + 1}. ${name}`);
      button.replaceChildren(at < 0 ? glyph(place.kind) : String(at + 1));
    }
  }

  // --- what a click does -----------------------------------------------------------------------------------------
  function pick(place) {
    selected = place;
    land.eachLayer((layer) => layer.getElement()?.classList.toggle('picked', place?.kind === 'borough' && layer.feature.properties.name === place.label));
    for (const [id, { pin }] of markers) pin.getElement().classList.toggle('picked', id === place?.id);
    onPick(place);
  }

  function pickBorough(point) {
    const name = boroughAt(point);
    if (name === null) return pick(null);
    return pick({ id: name.toLowerCase().replaceAll(' ', '-'), label: name, kind: 'borough', lat: round(point.lat), lng: round(point.lng), borough: name });
  }

  function addPoint(point) {
    measure.points.push(point);
    drawMeasure();
  }

  function drawMeasure() {
    measure.group.clearLayers();
    L.polyline(measure.points, { className: 'measure', interactive: false }).addTo(measure.group);
    for (const point of measure.points) L.circleMarker(point, { className: 'measure-point', radius: 5, fillOpacity: 1, interactive: false }).addTo(measure.group);
    const metres = measure.points.reduce((sum, point, at) => sum + (at ? map.distance(measure.points[at - 1], point) : 0), 0);
    onMeasure(measure.points.length, metres);
  }

  function clearMeasure() {
    measure.points = [];
    drawMeasure();
  }

  function act(point) {
    if (mode === 'pick') pickBorough(point);
    if (mode === 'measure') addPoint(point);
  }
  map.on('click', ({ latlng }) => act(latlng));
  container.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && event.target === container) act(map.getCenter());
  });

  function setMode(value) {
    if (value !== mode) clearMeasure();
    mode = value;
    container.dataset.mode = value;
    onMode(value);
  }
  setMode(mode);

  // --- the view: a zoom is meant for a map of 800 px, a narrower one shows as much ----------------------------------
  const narrower = () => Math.min(0, Math.log2(container.clientWidth / 800));
  const center = () => ({ lat: round(map.getCenter().lat), lng: round(map.getCenter().lng) });

  function panTo({ lat, lng, zoom }) {
    target = { lat, lng, zoom };
    if (isCalm.matches) map.setView([lat, lng], zoom + narrower(), { animate: false });
    else map.flyTo([lat, lng], zoom + narrower(), { duration: 0.9 });
  }

  return {
    addMarker,
    removeMarker,
    panTo,
    view: () => ({ ...center(), zoom: map.getZoom() - narrower() }),
    pick,
    setMode,
    clearMeasure,
    zoomBy: (by) => map.setZoom(map.getZoom() + by),
    marker: (id) => markers.get(id)?.place,
    mode: () => mode,
    selected: () => selected,
    route: () => route.ids,
    setRoute(ids) {
      route.ids = ids;
      drawRoute();
    },
    viewport() {
      const bounds = map.getBounds();
      const [south, west, north, east] = [bounds.getSouth(), bounds.getWest(), bounds.getNorth(), bounds.getEast()].map(round);
      return { center: center(), zoom: map.getZoom(), bounds: { south, west, north, east }, borough: boroughAt(map.getCenter()) };
    },
    /** London as it is at the start. */
    clear() {
      for (const id of [...markers.keys()]) removeMarker(id);
      route.ids = [];
      drawRoute();
      setMode('explore');
      map.stop();
      target = null;
      home();
    },
    state: () => ({
      markers: [...markers.values()].map(({ place }) => place).sort((one, other) => one.id.localeCompare(other.id)),
      route: route.ids,
      mode,
      target,
    }),
  };
}

const round = (value) => Math.round(value * 1e5) / 1e5;
const parts = ({ type, coordinates }) => (type === 'Polygon' ? [coordinates] : coordinates);

function glyph(kind) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', GLYPHS[kind] ?? GLYPHS.landmark);
  svg.append(path);
  return svg;
}

/** Whether a ray to the east crosses the ring an odd number of times. */
function isInside(x, y, ring) {
  return ring.reduce((isIn, [x1, y1], at) => {
    const [x2, y2] = ring[at === 0 ? ring.length - 1 : at - 1];
    return y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1 ? !isIn : isIn;
  }, false);
}
