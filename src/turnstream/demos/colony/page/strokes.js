// Shapes on a canvas.

export function shape(context, fill, path) {
  context.fillStyle = fill;
  context.fill(new Path2D(path));
}

export function dome(context, x, ground, radius, fill, rim) {
  context.fillStyle = fill;
  context.beginPath();
  context.ellipse(x, ground, radius, radius * 1.06, 0, Math.PI, 0);
  context.fill();
  box(context, x - radius - 3, ground - 5, radius * 2 + 6, 5, 2, rim);
}

export function box(context, x, y, width, height, radius, fill) {
  context.fillStyle = fill;
  context.beginPath();
  context.roundRect(x, y, width, height, radius);
  context.fill();
}

export function disc(context, x, y, radius, fill) {
  context.fillStyle = fill;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

export function line(context, x1, y1, x2, y2) {
  context.lineCap = 'round';
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}

export function shadow(context, x, y, half) {
  context.fillStyle = 'rgb(20 8 4 / 0.28)';
  context.beginPath();
  context.ellipse(x, y, half, half * 0.16, 0, 0, 2 * Math.PI);
  context.fill();
}

export function glow(context, x, y, radius, rgb, strength) {
  const gradient = context.createRadialGradient(x, y, 0, x, y, radius);
  gradient.addColorStop(0, `rgb(${rgb} / ${strength})`);
  gradient.addColorStop(1, `rgb(${rgb} / 0)`);
  context.fillStyle = gradient;
  context.fillRect(x - radius, y - radius, radius * 2, radius * 2);
}

/** The colour that is `share` of the way from one to the other, both as `#rrggbb`. */
export function mix(one, other, share) {
  const [a, b] = [one, other].map((hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)));
  return `rgb(${a.map((value, at) => Math.round(value + (b[at] - value) * share)).join(' ')})`;
}
