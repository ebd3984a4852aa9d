// The map page: joins the panel that the server rendered with the drawn map and the address.
import { addScale, codeOf, createMap, createPin, fadeLayer, fetchStyle, outline, showLayer } from "./canvas.js";
import { LookupError, lookUp } from "./lookup.js";
import { createNotices } from "./notices.js";
import { createLayerPanel } from "./panel.js";
import { createSheet } from "./sheet.js";
import { readState, writeState } from "./state.js";
import { createStatus, fill } from "./status.js";
import { linkToView } from "./view_links.js";

/** Pixels between a selected point and the edge of the free part of the map. */
const MARGIN = 40;
const NOTHING = { type: "FeatureCollection", features: [] };
const find = (name, root = document) => root.querySelector(`[data-${name}]`);
const root = document.documentElement;
const configuration = JSON.parse(document.getElementById("map-configuration").textContent);
const { texts } = configuration;
const say = createStatus(find("map-status"));
const sheet = createSheet({
  panel: find("panel"),
  handle: find("panel-handle"),
  label: find("panel-handle-text"),
  texts,
});

// The same width as in static/css/map.css.
const narrow = matchMedia("(max-width: 52rem)");

let map = null;
let base = null;
let pin = null;
let notices = null;
let point = null;
let asked = null;
let restoring = false;

const layers = createLayerPanel(find("panel"), {
  onVisible: (code, visible) => {
    if (map) showLayer(map, code, visible);
    remember();
  },
  onOpacity: (code, percent) => {
    if (map) fadeLayer(map, base, code, percent);
    remember();
  },
});

function currentState() {
  const centre = map ? [...map.getCenter().toArray(), map.getZoom()] : readState(location.search).centre;
  return {
    centre,
    layers: layers.changed(),
    opacity: layers.opacity(),
    point,
    view: root.dataset.webgl === "on" ? root.dataset.view : "map",
    notices: find("notices-visible").checked,
  };
}

/** Write the state into the address; `step` makes it a step of the browser's history. */
function remember({ step = false } = {}) {
  if (restoring) return;
  const address = location.pathname + writeState(currentState());
  if (step) history.pushState(null, "", address);
  else history.replaceState(null, "", address);
}

function applyLayers(state) {
  layers.set(state.layers, state.opacity);
  find("notices-visible").checked = state.notices;
  notices?.show(state.notices);
  if (!map) return;
  const visible = layers.visible();
  const opacity = layers.opacity();
  for (const code of layers.codes()) {
    showLayer(map, code, visible.has(code));
    fadeLayer(map, base, code, opacity.get(code));
  }
}

function closeAnswer() {
  asked?.abort();
  point = null;
  find("here").hidden = true;
  find("hint").hidden = false;
  find("here-result").replaceChildren();
  pin?.hide();
  if (map) outline(map, NOTHING);
}

function lookupProblem(problem) {
  if (problem instanceof LookupError && problem.status === 429) {
    return fill(texts.tooMany, { seconds: problem.retryAfter ?? "60" });
  }
  return navigator.onLine ? texts.lookupFailed : texts.offline;
}

/** Ask what applies at `place`; `focus` moves the keyboard to the answer. */
async function ask(place, { focus = false, step = true } = {}) {
  asked?.abort();
  asked = new AbortController();
  const { signal } = asked;
  point = place;
  pin?.show(place);
  say(texts.looking, { keep: true });
  if (step) remember({ step: true });
  try {
    const { answer, count, marked } = await lookUp(configuration.here, place, signal);
    find("here-result").replaceChildren(answer);
    find("here").hidden = false;
    find("hint").hidden = true;
    find("panel-content").scrollTop = 0;
    sheet.open();
    if (map) outline(map, marked);
    keepInSight(place);
    say(fill(texts.found, { count }), { quiet: true });
    if (focus) find("here-title").focus({ preventScroll: true });
  } catch (problem) {
    if (problem.name === "AbortError") return;
    say(lookupProblem(problem), { keep: true });
  }
}

/** Room in pixels that the panel and the colophon take from the map's lower edge. */
const coveredBelow = () => (narrow.matches ? find("panel").offsetHeight : 0);

/** On phones the sheet may cover the point that was asked about: move it to the free part. */
async function keepInSight(place) {
  if (!map || !narrow.matches) return;
  await Promise.allSettled(find("panel").getAnimations().map(({ finished }) => finished));
  const { clientWidth, clientHeight } = map.getContainer();
  const { x, y } = map.project(place);
  const covered = coveredBelow();
  const inSight = x > MARGIN && x < clientWidth - MARGIN && y > MARGIN && y < clientHeight - covered - MARGIN;
  if (!inSight) map.easeTo({ center: place, offset: [0, -covered / 2] });
}

const padding = () => ({ top: 24, left: 24, right: 24, bottom: 64 + coveredBelow() });

const tools = {
  "zoom-in": () => map.zoomIn(),
  "zoom-out": () => map.zoomOut(),
  home: () => map.fitBounds(configuration.bounds, { padding: padding() }),
  centre: () => ask(map.getCenter().toArray(), { focus: true }),
  locate: () => navigator.geolocation.getCurrentPosition(goTo, () => say(texts.noPosition)),
};

function goTo({ coords }) {
  const [west, south, east, north] = configuration.bounds;
  const { longitude, latitude } = coords;
  if (longitude < west || longitude > east || latitude < south || latitude > north) {
    say(texts.outside);
    return;
  }
  map.jumpTo({ center: [longitude, latitude], zoom: Math.max(map.getZoom(), 15) });
  ask([longitude, latitude]);
}

function bindTools() {
  for (const button of document.querySelectorAll("[data-tool]")) {
    button.addEventListener("click", () => map && tools[button.dataset.tool]());
  }
  // Enter on the map itself asks about its centre, where the cross stands.
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key === "Enter") tools.centre();
  });
}

function bindErrors() {
  const titles = new Map(configuration.layers.map(({ code, title }) => [code, title]));
  map.on("error", ({ sourceId }) => {
    say(navigator.onLine ? fill(texts.tilesFailed, { layer: titles.get(sourceId) ?? "" }) : texts.offline);
  });
}

function openNotices() {
  notices = createNotices(map, {
    address: configuration.notices,
    visible: find("notices-visible").checked,
    onProblem: () => say(navigator.onLine ? texts.noticesFailed : texts.offline),
  });
  linkToView(map, find("notices-list"));
  linkToView(map, find("notices-subscribe"), configuration.largestArea);
}

async function openMap() {
  const state = readState(location.search);
  say(texts.loading, { keep: true });
  base = await fetchStyle(configuration.style);
  const visible = layers.visible();
  const style = structuredClone(base);
  for (const layer of style.layers) {
    const code = codeOf(layer);
    if (!code) continue;
    layer.layout = { ...layer.layout, visibility: visible.has(code) ? "visible" : "none" };
  }
  map = createMap({
    container: find("map-canvas"),
    style,
    workerUrl: new URL(configuration.worker, location.href).href,
    view: state.centre ? { centre: state.centre } : { bounds: configuration.bounds },
    title: texts.map,
    padding: padding(),
  });
  bindErrors();
  bindTools();
  addScale(map, find("map-scale"));
  pin = createPin(map);
  map.once("load", () => {
    say("");
    openNotices();
    applyLayers(readState(location.search));
    map.on("click", ({ lngLat }) => ask(lngLat.toArray()));
    map.on("moveend", () => root.dataset.view === "map" && remember());
    if (point) ask(point, { step: false });
    root.dataset.map = "ready";
  });
}

async function showView(view) {
  root.dataset.view = view;
  const toggle = find("view-toggle");
  toggle.textContent = view === "map" ? toggle.dataset.listText : toggle.dataset.mapText;
  if (view !== "map" || !configuration.bounds) return;
  if (map) {
    map.resize();
    return;
  }
  try {
    await openMap();
  } catch {
    // The list below holds the same facts, so the reader loses nothing but the picture.
    root.dataset.view = "list";
    say(navigator.onLine ? texts.mapUnavailable : texts.offline, { keep: true });
  }
}

function start() {
  const state = readState(location.search);
  layers.set(state.layers, state.opacity);
  find("notices-visible").checked = state.notices;
  point = state.point;
  if (root.dataset.webgl === "off") {
    find("list-reason").hidden = false;
    find("view-toggle").hidden = true;
  }
  find("view-toggle").addEventListener("click", () => {
    showView(root.dataset.view === "map" ? "list" : "map");
    remember({ step: true });
  });
  find("notices-visible").addEventListener("change", (event) => {
    notices?.show(event.target.checked);
    remember();
  });
  find("here-close").addEventListener("click", () => {
    closeAnswer();
    remember({ step: true });
  });
  find("share").addEventListener("click", async () => {
    await navigator.clipboard.writeText(location.href);
    say(texts.copied);
  });
  find("lookup-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const place = [...new FormData(event.target).values()].map(Number);
    map?.jumpTo({ center: place });
    ask(place, { focus: true });
  });
  addEventListener("offline", () => say(texts.offline, { keep: true }));
  addEventListener("online", () => say(texts.online));
  addEventListener("popstate", restore);
  showView(root.dataset.view);
  if (point && root.dataset.view === "list") ask(point, { step: false });
}

/** Back and forward: the page shows what the address says. */
function restore() {
  const state = readState(location.search);
  // Moving the map to the old place must not be written over the entry that it comes from.
  restoring = true;
  showView(root.dataset.webgl === "on" ? state.view : "list");
  applyLayers(state);
  if (map && state.centre) map.jumpTo({ center: state.centre.slice(0, 2), zoom: state.centre[2] });
  restoring = false;
  if (state.point) ask(state.point, { step: false });
  else closeAnswer();
}

start();
