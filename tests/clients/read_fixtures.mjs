// Prints every fixture of @mapbox/mvt-fixtures as one JSON document: its number, what it is about,
// whether MVT 2 allows it, and its bytes (base64).
import {each} from '@mapbox/mvt-fixtures';

const fixtures = [];
each((fixture) => fixtures.push({
  id: fixture.id,
  description: fixture.description,
  valid: fixture.validity.v2,
  tile: fixture.buffer.toString('base64'),
}));
process.stdout.write(JSON.stringify(fixtures));
