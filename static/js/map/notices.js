// The places of open notices on the map: outlines and points above the layers, below the selection.

const SOURCE = "notices";
const COLOUR = "#b3186a";
const NOTHING = { type: "FeatureCollection", features: [] };
/** Steps in degrees to which a request is rounded outward, so that near-by views share one answer. */
const STEP = 0.02;
const LAYERS = [
  { id: "notices-fill", type: "fill", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": COLOUR, "fill-opacity": 0.08 } },
  { id: "notices-halo", type: "line", filter: ["==", ["geometry-type"], "Polygon"], paint: { "line-color": "#ffffff", "line-width": 4, "line-opacity": 0.8 } },
  { id: "notices-line", type: "line", filter: ["==", ["geometry-type"], "Polygon"], paint: { "line-color": COLOUR, "line-width": 2, "line-dasharray": [4, 2] } },
  { id: "notices-point", type: "circle", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": COLOUR, "circle-radius": 6, "circle-stroke-color": "#ffffff", "circle-stroke-width": 2 } },
];

const down = (value) => Math.floor(value / STEP) * STEP;
const up = (value) => Math.ceil(value / STEP) * STEP;
const within = (inner, outer) =>
  inner[0] >= outer[0] && inner[1] >= outer[1] && inner[2] <= outer[2] && inner[3] <= outer[3];

/** west,south,east,north in degrees, as the list of notices takes it. */
export const boxText = (box) => box.map((edge) => edge.toFixed(5)).join(",");

export const viewBox = (map) => {
  const bounds = map.getBounds();
  return [
    Math.max(-180, bounds.getWest()),
    Math.max(-90, bounds.getSouth()),
    Math.min(180, bounds.getEast()),
    Math.min(90, bounds.getNorth()),
  ];
};

/** Adds the overlay; returns {show(visible), update()}. `onProblem` hears of an answer that did not come. */
export function createNotices(map, { address, visible, onProblem }) {
  let known = null;
  let asked = null;
  let shown = visible;
  map.addSource(SOURCE, { type: "geojson", data: NOTHING });
  for (const layer of LAYERS) {
    map.addLayer({ ...layer, source: SOURCE, layout: { visibility: shown ? "visible" : "none" } });
  }

  async function update() {
    const box = viewBox(map);
    if (!shown || (known && within(box, known))) return;
    asked?.abort();
    asked = new AbortController();
    const wanted = [down(box[0]), down(box[1]), up(box[2]), up(box[3])];
    try {
      const response = await fetch(`${address}?bbox=${boxText(wanted)}`, { signal: asked.signal });
      if (!response.ok) throw new Error(`notices ${response.status}`);
      const found = await response.json();
      map.getSource(SOURCE).setData(found);
      // Where not all came, a closer look has to ask again.
      known = found.numberReturned < found.numberMatched ? null : wanted;
    } catch (problem) {
      if (problem.name !== "AbortError") onProblem();
    }
  }

  function show(wanted) {
    shown = wanted;
    for (const { id } of LAYERS) map.setLayoutProperty(id, "visibility", wanted ? "visible" : "none");
    update();
  }

  map.on("moveend", update);
  update();
  return { show, update };
}
