// The map's state in the address: ?c=lon,lat,zoom&l=code,code&o=code:60&p=lon,lat&n=0&view=list
// portal/core/map_link.py writes links of the same form.

const numbers = (text, count) => {
  const parts = (text ?? "").split(",").map(Number);
  return parts.length === count && parts.every(Number.isFinite) ? parts : null;
};

const onEarth = (lon, lat) => Math.abs(lon) <= 180 && Math.abs(lat) <= 90;

/** {centre: [lon, lat, zoom] | null, layers: Set | null, opacity: Map, point: [lon, lat] | null, notices, view} */
export function readState(search) {
  const query = new URLSearchParams(search);
  const centre = numbers(query.get("c"), 3);
  const point = numbers(query.get("p"), 2);
  const opacity = new Map();
  for (const pair of (query.get("o") ?? "").split(",")) {
    const [code, percent] = pair.split(":");
    const value = Number(percent);
    if (code && value >= 10 && value <= 100) opacity.set(code, value);
  }
  return {
    centre: centre && onEarth(centre[0], centre[1]) ? centre : null,
    layers: query.has("l") ? new Set(query.get("l").split(",").filter(Boolean)) : null,
    opacity,
    point: point && onEarth(point[0], point[1]) ? point : null,
    notices: query.get("n") !== "0",
    view: query.get("view") === "list" ? "list" : "map",
  };
}

/** The query of a state; commas and colons stay readable. */
export function writeState({ centre, layers, opacity, point, notices, view }) {
  const parts = [];
  if (centre) parts.push(`c=${centre[0].toFixed(5)},${centre[1].toFixed(5)},${centre[2].toFixed(2)}`);
  if (layers) parts.push(`l=${[...layers].join(",")}`);
  const changed = [...opacity].filter(([, percent]) => percent < 100);
  if (changed.length) parts.push(`o=${changed.map((pair) => pair.join(":")).join(",")}`);
  if (point) parts.push(`p=${point[0].toFixed(6)},${point[1].toFixed(6)}`);
  if (!notices) parts.push("n=0");
  if (view === "list") parts.push("view=list");
  return parts.length ? `?${parts.join("&")}` : "";
}
