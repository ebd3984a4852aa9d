// The small map of a notice: the linked layers at the notice's place.
import { addScale, codeOf, createMap, fetchStyle, outline } from "./canvas.js";

/** The outline of a box in degrees as GeoJSON. */
const boxOf = ([west, south, east, north]) => ({
  type: "Feature",
  properties: {},
  geometry: {
    type: "Polygon",
    coordinates: [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
  },
});

/** Replace the still picture in `frame` with a map; the picture stays when the map cannot open. */
export async function openLocator(frame) {
  const configuration = JSON.parse(frame.querySelector('script[type="application/json"]').textContent);
  const style = await fetchStyle(configuration.style);
  const shown = new Set(configuration.shown);
  style.layers = style.layers.filter((layer) => !layer.source || shown.has(codeOf(layer)));
  const container = document.createElement("div");
  container.className = "map-preview__map";
  const scale = document.createElement("div");
  scale.className = "map-preview__scale";
  frame.append(container, scale);
  const [west, south, east, north] = configuration.bounds;
  const map = createMap({
    container,
    style,
    workerUrl: new URL(configuration.worker, location.href).href,
    view: { centre: [(west + east) / 2, (south + north) / 2, configuration.zoom] },
    title: configuration.texts.map,
  });
  addScale(map, scale);
  map.once("load", () => {
    if (configuration.marked) outline(map, boxOf(configuration.bounds));
    frame.dataset.map = "ready";
    frame.querySelector("[data-locator-open]").remove();
    frame.querySelector(".map-preview__link").remove();
    map.getCanvas().focus();
  });
  // MapLibre would write errors to the console; the picture's caption already says 仅供参考.
  map.on("error", () => frame.setAttribute("data-incomplete", ""));
}
