// Decodes tiles with @mapbox/vector-tile: a JSON list of base64 tiles on standard input, a JSON list
// on standard output with, for each tile, layer name -> features as they come out of the library.
import {VectorTile} from '@mapbox/vector-tile';
import {PbfReader} from 'pbf';
import {text} from 'node:stream/consumers';

const featureOf = (feature) => ({
  id: feature.id ?? 0,
  type: feature.type,
  extent: feature.extent,
  properties: {...feature.properties},
  paths: feature.loadGeometry().map((path) => path.map((point) => [point.x, point.y])),
  // Its own sorting of rings into polygons, through the projection of GeoJSON.
  polygons: feature.type === 3 ? polygonsOf(feature) : null,
});

function polygonsOf(feature) {
  const {geometry} = feature.toGeoJSON(0, 0, 0);
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
  return polygons.map((rings) => rings.length);
}

function layersOf(encoded) {
  const tile = new VectorTile(new PbfReader(Buffer.from(encoded, 'base64')));
  return Object.fromEntries(Object.entries(tile.layers).map(([name, layer]) => [
    name,
    Array.from({length: layer.length}, (_, number) => featureOf(layer.feature(number))),
  ]));
}

const tiles = JSON.parse(await text(process.stdin));
process.stdout.write(JSON.stringify(tiles.map(layersOf)));
