// Draws the base on a canvas of 800 by 400, which fills whatever it is given.
import { PLACES, hour, isPerson, sunHeight } from './simulation.js';
import { box, disc, dome, glow, line, mix, shadow, shape } from './strokes.js';

const WIDTH = 800;
const HEIGHT = 400;
const BOTTOM = 430;
const BUILT = 690;
const GROUND = 336;
const SUITS = { amara: '#e8804a', jonas: '#5b9bd5', mei: '#e3c34c', luis: '#7bbf72', priya: '#d56ea0', tove: '#9a86d8' };
const STARS = Array.from({ length: 70 }, (_, at) => [(at * 137.5) % WIDTH, ((at * 61.8) % 210) + 6, ((at * 7) % 10) / 10]);

/** Fills the canvas, unless that would cut off the first or the last module. */
const unit = (width, height) => Math.min(Math.max(width / WIDTH, height / HEIGHT), width / BUILT);

export function createScene(canvas) {
  const context = canvas.getContext('2d');

  /** The scale, and where the picture begins: it stands on the lower edge. */
  function frame() {
    const { width, height } = canvas.getBoundingClientRect();
    const scale = unit(width, height);
    return { width, height, scale, left: (width - WIDTH * scale) / 2, top: height - BOTTOM * scale };
  }

  return {
    draw(base, selected) {
      const { width, height, scale, left, top } = frame();
      const density = devicePixelRatio;
      const size = [Math.round(width * density), Math.round(height * density)];
      if (canvas.width !== size[0] || canvas.height !== size[1]) [canvas.width, canvas.height] = size;
      context.setTransform(1, 0, 0, 1, 0, 0);
      drawSky(context, base, ...size);
      context.setTransform(scale * density, 0, 0, scale * density, left * density, top * density);
      drawGround(context, base);
      drawModules(context, base);
      drawRover(context, base);
      drawPeople(context, base);
      if (selected) drawMark(context, place(base, selected));
    },

    /** What is drawn at this point of the page, if anything. */
    entityAt(base, { clientX, clientY }) {
      const { scale, left, top } = frame();
      const box = canvas.getBoundingClientRect();
      const [x, y] = [(clientX - box.left - left) / scale, (clientY - box.top - top) / scale];
      const near = Object.keys(base.entities).filter((id) => {
        const spot = place(base, id);
        return Math.abs(spot.x - x) <= spot.reach && y <= spot.y + 8 && y >= spot.y - spot.height;
      });
      return near.find((id) => isPerson(base.entities[id])) ?? near[0] ?? null;
    },
  };
}

function place(base, id) {
  if (id in PLACES) return { x: PLACES[id], y: GROUND, reach: 46, height: id === 'ice' ? 104 : 76 };
  if (id === 'rover') return { x: base.at.rover, y: 400, reach: 26, height: 34 };
  return { x: base.at[id], y: 366, reach: 11, height: 28 };
}

// --- light ------------------------------------------------------------------------------------------------------
const clamp = (value) => Math.min(1, Math.max(0, value));
const light = (base) => clamp(sunHeight(base) * 2.2 + 0.5);

const lit = (base, colour) => mix('#15121d', colour, 0.22 + 0.78 * light(base));

/** The sky of Mars is brown by day, and blue around a low sun. */
function drawSky(context, base, width, height) {
  const day = light(base);
  const dusk = clamp(1 - Math.abs(sunHeight(base)) * 3);
  const sky = context.createLinearGradient(0, 0, 0, height * 0.8);
  sky.addColorStop(0, mix('#0b0c18', '#b98a63', day));
  sky.addColorStop(1, mix('#231d2b', '#efd3ad', day));
  context.fillStyle = sky;
  context.fillRect(0, 0, width, height);
  const scale = unit(width, height);
  const left = (width - WIDTH * scale) / 2;
  const top = height - BOTTOM * scale;
  for (const [x, y, strength] of STARS) {
    context.fillStyle = `rgb(255 244 230 / ${clamp(0.9 - day * 1.6) * (0.35 + 0.65 * strength)})`;
    context.fillRect(left + x * scale, top + y * scale, scale * 1.5, scale * 1.5);
  }
  const x = left + ((hour(base) - 5) / 14) * WIDTH * scale;
  const y = top + (290 - sunHeight(base) * 220) * scale;
  glow(context, x, y, 190 * scale, '170 208 232', 0.75 * dusk + 0.25 * day);
  disc(context, x, y, 13 * scale, mix('#dfeef8', '#fffaf0', clamp(sunHeight(base))));
}

function drawGround(context, base) {
  shape(context, lit(base, '#cb9a70'), 'M-600 292 L-300 268 L-120 280 L30 246 L96 246 L128 266 L250 262 L318 226 L392 226 L430 258 L560 266 L618 238 L700 238 L742 262 L960 252 L1400 280 V440 H-600Z');
  shape(context, lit(base, '#b87a4d'), 'M-600 318 C-200 276 100 300 300 304 S640 286 830 298 S1200 296 1400 310 V440 H-600Z');
  shape(context, lit(base, '#9c5a36'), `M-600 ${GROUND} C-100 ${GROUND - 10} 200 ${GROUND - 2} 420 ${GROUND - 3} S760 ${GROUND - 6} 900 ${GROUND - 3} S1200 ${GROUND} 1400 ${GROUND} V440 H-600Z`);
  shape(context, lit(base, '#8a4b2c'), 'M-600 392 C0 372 260 388 430 388 S780 372 1400 388 V440 H-600Z');
  for (const [x, y, size] of [[40, 362, 5], [178, 376, 7], [330, 360, 4], [468, 378, 6], [650, 362, 5], [770, 380, 8]]) {
    shape(context, lit(base, '#7a4126'), `M${x - size * 1.6} ${y} C${x - size} ${y - size} ${x + size} ${y - size * 1.3} ${x + size * 1.6} ${y}Z`);
  }
}

// --- modules ----------------------------------------------------------------------------------------------------
function drawModules(context, base) {
  const { entities } = base;
  const metal = lit(base, '#d9d4cb');
  const shade = lit(base, '#a9a39a');
  const dark = lit(base, '#6d6864');
  context.strokeStyle = shade;
  context.lineWidth = 13;
  line(context, PLACES.greenhouse, GROUND - 9, PLACES.workshop, GROUND - 9);
  context.strokeStyle = metal;
  context.lineWidth = 7;
  line(context, PLACES.greenhouse, GROUND - 11, PLACES.workshop, GROUND - 11);

  const tilt = Math.max(-0.6, Math.min(0.6, ((hour(base) - 12) / 6) * 0.6));
  for (const x of [-34, 0, 34]) {
    context.strokeStyle = dark;
    context.lineWidth = 3;
    line(context, PLACES.solar + x, GROUND, PLACES.solar + x, GROUND - 26);
    context.save();
    context.translate(PLACES.solar + x, GROUND - 28);
    context.rotate(tilt);
    context.globalAlpha = entities.solar.on ? 1 : 0.5;
    box(context, -17, -4, 34 * (0.4 + 0.006 * entities.solar.level), 7, 2, lit(base, '#37598f'));
    context.restore();
  }

  dome(context, PLACES.habitat, GROUND, 56, metal, shade);
  for (const x of [-26, -8, 10, 28]) box(context, PLACES.habitat + x - 5, GROUND - 24, 9, 9, 4, window(base, entities.habitat));
  box(context, PLACES.habitat - 3, GROUND - 66, 6, 12, 2, dark);

  context.globalAlpha = 0.92;
  shape(context, mix('#1d2f2a', '#b7dcc6', 0.25 + 0.5 * light(base) + 0.25 * power(entities.greenhouse)), `M${PLACES.greenhouse - 54} ${GROUND} V${GROUND - 22} C${PLACES.greenhouse - 54} ${GROUND - 58} ${PLACES.greenhouse + 54} ${GROUND - 58} ${PLACES.greenhouse + 54} ${GROUND - 22} V${GROUND}Z`);
  context.globalAlpha = 1;
  for (const [at, x] of [-42, -28, -14, 0, 14, 28, 42].entries()) {
    const tall = 9 + ((at * 5) % 7) + 6 * power(entities.greenhouse);
    shape(context, mix('#16281c', '#3f8f4e', 0.3 + 0.7 * Math.max(light(base), power(entities.greenhouse))), `M${PLACES.greenhouse + x} ${GROUND - 2} c-9 ${-tall} -4 ${-tall - 4} 0 ${-tall - 8} c4 4 9 8 0 ${tall + 8}Z`);
  }
  context.strokeStyle = metal;
  context.lineWidth = 2;
  for (const x of [-36, -18, 0, 18, 36]) line(context, PLACES.greenhouse + x, GROUND, PLACES.greenhouse + x * 0.96, GROUND - 47 + Math.abs(x) / 5);
  if (power(entities.greenhouse) > 0) glow(context, PLACES.greenhouse, GROUND - 22, 80, '236 150 220', 0.4 * power(entities.greenhouse) * (1 - light(base)));

  for (const x of [-15, 15]) {
    box(context, PLACES.electrolyser + x - 12, GROUND - 62, 24, 62, 12, x < 0 ? metal : shade);
    box(context, PLACES.electrolyser + x - 12, GROUND - 40, 24, 6, 0, lamp(base, entities.electrolyser, '#58a6d8'));
  }
  box(context, PLACES.workshop - 34, GROUND - 40, 68, 40, 5, shade);
  shape(context, metal, `M${PLACES.workshop - 38} ${GROUND - 40} L${PLACES.workshop - 20} ${GROUND - 54} H${PLACES.workshop + 38} V${GROUND - 40}Z`);
  box(context, PLACES.workshop - 22, GROUND - 30, 18, 12, 2, window(base, entities.workshop));
  box(context, PLACES.workshop + 6, GROUND - 26, 16, 26, 2, dark);

  context.strokeStyle = metal;
  context.lineWidth = 3.5;
  for (const x of [-24, 24]) line(context, PLACES.ice + x, GROUND, PLACES.ice, GROUND - 92);
  for (const [y, half] of [[28, 16], [56, 9]]) line(context, PLACES.ice - half, GROUND - y, PLACES.ice + half, GROUND - y);
  const stroke = entities.ice.on ? Math.sin(base.minutes * 0.06 * (0.3 + power(entities.ice))) * 12 : 12;
  box(context, PLACES.ice - 4, GROUND - 52 + stroke, 8, 52 - stroke, 2, dark);
  disc(context, PLACES.ice, GROUND - 94, 4, lamp(base, entities.ice, '#f0624d'));
}

const power = ({ on, level }) => (on ? level / 100 : 0);
const window = (base, entity) => (entity.on ? mix('#8d8f96', '#ffd98a', clamp(1.15 - light(base)) * (0.4 + 0.6 * power(entity))) : lit(base, '#55524f'));
const lamp = (base, entity, colour) => (entity.on ? colour : lit(base, '#55524f'));

function drawRover(context, base) {
  const { x, y } = place(base, 'rover');
  const facing = base.towards.rover < base.at.rover ? -1 : 1;
  shadow(context, x, y + 2, 27);
  context.save();
  context.translate(x, y);
  context.scale(facing, 1);
  if (base.entities.rover.on) glow(context, 34, -14, 46, '255 226 160', 0.55 * (1 - light(base)));
  box(context, -22, -24, 42, 13, 4, lit(base, '#e4dfd6'));
  box(context, -20, -27, 26, 4, 2, lit(base, '#37598f'));
  box(context, 13, -38, 3, 16, 1, lit(base, '#8d877f'));
  box(context, 8, -42, 14, 7, 2, lit(base, '#e4dfd6'));
  for (const wheel of [-17, 0, 17]) {
    disc(context, wheel, -6, 7.5, lit(base, '#4a4643'));
    disc(context, wheel, -6, 3, lit(base, '#a9a39a'));
  }
  context.restore();
}

function drawPeople(context, base) {
  for (const [id, suit] of Object.entries(SUITS)) {
    const { x, y } = place(base, id);
    const isWalking = Math.abs((base.towards[id] ?? x) - x) > 0.5;
    const swing = isWalking ? Math.sin(base.minutes * 0.5) * 3 : 1.6;
    shadow(context, x, y + 1, 9);
    context.strokeStyle = lit(base, '#cfc9c0');
    context.lineWidth = 4;
    line(context, x - 1, y - 9, x - swing, y);
    line(context, x + 1, y - 9, x + swing, y);
    box(context, x - 5.5, y - 19, 11, 12, 4.5, lit(base, suit));
    disc(context, x, y - 22, 5.5, lit(base, '#ece7de'));
    box(context, x - 3.6, y - 24.4, 7.2, 4.6, 2.3, mix('#9fd0f2', '#3d4d63', light(base)));
  }
}

function drawMark(context, { x, y, height }) {
  context.fillStyle = '#ffb07a';
  context.strokeStyle = 'rgb(40 20 10 / 0.6)';
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x, y - height - 2);
  context.lineTo(x - 7, y - height - 13);
  context.lineTo(x + 7, y - height - 13);
  context.closePath();
  context.fill();
  context.stroke();
}
