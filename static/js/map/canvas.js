// The drawn map: MapLibre with our style, without rotation, with labels from the reader's own fonts.
import { Map as MapLibre, Marker, ScaleControl, setWorkerUrl } from "maplibre-gl";

const FONTS = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif';
const SELECTION = "selection";
const OPACITY_PROPERTIES = {
  fill: ["fill-opacity"],
  line: ["line-opacity"],
  circle: ["circle-opacity", "circle-stroke-opacity"],
  symbol: ["text-opacity", "icon-opacity"],
};

/** Fetch the style; throws an Error with `status` when the server does not have it. */
export async function fetchStyle(address) {
  const response = await fetch(address);
  if (!response.ok) throw Object.assign(new Error("style"), { status: response.status });
  return response.json();
}

/** A MapLibre map in `container`; `view` is {centre} or {bounds}. */
export function createMap({ container, style, workerUrl, view, title, padding }) {
  setWorkerUrl(workerUrl);
  const place = view.centre
    ? { center: [view.centre[0], view.centre[1]], zoom: view.centre[2] }
    : { bounds: view.bounds, fitBoundsOptions: { padding } };
  const map = new MapLibre({
    container,
    style,
    ...place,
    minZoom: 5,
    maxZoom: 19,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    attributionControl: false,
    localIdeographFontFamily: FONTS,
    locale: { "Map.Title": title },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  return map;
}

/** Put the scale bar into our own colophon, where the review number stands. */
export function addScale(map, element) {
  element.append(new ScaleControl({ maxWidth: 90, unit: "metric" }).onAdd(map));
}

/** The code of the map layer that a layer of the style draws a part of. */
export function codeOf(layer) {
  return layer.metadata?.["portal:layer"];
}

export function showLayer(map, code, visible) {
  for (const layer of map.getStyle().layers.filter((item) => codeOf(item) === code)) {
    map.setLayoutProperty(layer.id, "visibility", visible ? "visible" : "none");
  }
}

/** `percent` of the opacity that the style gives; `base` is the untouched style. */
export function fadeLayer(map, base, code, percent) {
  for (const layer of base.layers.filter((item) => codeOf(item) === code)) {
    for (const property of OPACITY_PROPERTIES[layer.type] ?? []) {
      const full = layer.paint?.[property] ?? 1;
      // An expression that depends on the zoom cannot stand inside another one.
      const faded = typeof full === "number" ? (full * percent) / 100 : percent === 100 ? full : percent / 100;
      map.setPaintProperty(layer.id, property, faded);
    }
  }
}

/** Outline GeoJSON features on top of everything; an empty collection removes the outline. */
export function outline(map, collection) {
  const source = map.getSource(SELECTION);
  if (source) {
    source.setData(collection);
    return;
  }
  map.addSource(SELECTION, { type: "geojson", data: collection });
  const line = { type: "line", source: SELECTION, layout: { "line-join": "round" } };
  map.addLayer({ ...line, id: `${SELECTION}-halo`, paint: { "line-color": "#ffffff", "line-width": 5 } });
  map.addLayer({ ...line, id: SELECTION, paint: { "line-color": "#0b3f57", "line-width": 2.5 } });
}

/** A pin for the selected point. */
export function createPin(map) {
  const element = document.createElement("div");
  element.className = "pin";
  const marker = new Marker({ element, anchor: "center" });
  return {
    show: (point) => marker.setLngLat(point).addTo(map),
    hide: () => marker.remove(),
  };
}
