// Draws one layer's tiles of the national grid in its own CRS (EPSG:4490, degrees), with nothing
// but what the portal publishes: the TileJSON and the definition of the tile matrix set.
// ?portal=origin&layer=code&field=name&lon=&lat=&resolution= (degrees a pixel)

const query = new URLSearchParams(location.search);
const status = document.documentElement.dataset;

async function load(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

/** A colour that follows from the class code, so that a test can compute it too. */
function colorOf(code) {
  const [first, second] = [Number(code.slice(0, 2)), Number(code.slice(2, 4))];
  return [40 + first * 11, 40 + second * 24, 120];
}

/** OGC 17-083r4: the corner is (lat, lon) where the axes are, OpenLayers wants x first. */
function tileGridOf(definition) {
  const matrices = definition.tileMatrices;
  const north = definition.orderedAxes[0].toLowerCase() === "lat";
  const [first, second] = matrices[0].pointOfOrigin;
  const lowest = Number(matrices[0].id);
  const below = Array.from({ length: lowest }, (_, z) => matrices[0].cellSize * 2 ** (lowest - z));
  return new ol.tilegrid.TileGrid({
    origin: north ? [second, first] : [first, second],
    resolutions: [...below, ...matrices.map((matrix) => matrix.cellSize)],
    sizes: [...below.map(() => [0, 0]), ...matrices.map((m) => [m.matrixWidth, m.matrixHeight])],
    tileSize: matrices[0].tileWidth,
    minZoom: lowest,
  });
}

async function main() {
  const portal = query.get("portal");
  const layer = query.get("layer");
  const tiles = await load(`${portal}/tiles/${layer}/CGCS2000Quad/tilejson.json`);
  const definition = await load(tiles.tile_matrix_set_url);
  const cgcs2000 = new ol.proj.Projection({
    code: "EPSG:4490",
    units: "degrees",
    axisOrientation: "neu",
    extent: [-180, -90, 180, 90],
  });
  ol.proj.addProjection(cgcs2000);
  const grid = tileGridOf(definition);
  const source = new ol.source.VectorTile({
    format: new ol.format.MVT({ layers: [layer] }),
    projection: cgcs2000,
    tileGrid: new ol.tilegrid.TileGrid({
      origin: grid.getOrigin(0),
      resolutions: grid.getResolutions().slice(0, tiles.maxzoom + 1),
      tileSize: grid.getTileSize(0),
      minZoom: tiles.minzoom,
    }),
    url: tiles.tiles[0],
  });
  const styles = new Map();
  const style = (feature) => {
    const code = String(feature.get(query.get("field")));
    if (!styles.has(code)) {
      const fill = new ol.style.Fill({ color: colorOf(code) });
      styles.set(code, new ol.style.Style({ fill }));
    }
    return styles.get(code);
  };
  const map = new ol.Map({
    target: "map",
    controls: [],
    pixelRatio: 1,
    layers: [new ol.layer.VectorTile({ source, style })],
    view: new ol.View({
      projection: cgcs2000,
      center: [Number(query.get("lon")), Number(query.get("lat"))],
      resolution: Number(query.get("resolution")),
      constrainResolution: false,
    }),
  });
  let failed = 0;
  source.on("tileloaderror", () => { failed += 1; });
  map.on("rendercomplete", () => {
    status.failed = String(failed);
    status.map = "ready";
  });
}

main().catch((error) => {
  status.map = "failed";
  console.error(error);
});
