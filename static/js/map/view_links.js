// Links below the map that ask for what the map shows, in words that say so.
import { boxText, viewBox } from "./notices.js";

/** Keeps the link at the view; a view beyond `largest` degrees leaves it as the server wrote it. */
export function linkToView(map, link, largest = Infinity) {
  const { href, pathname, textContent } = link;
  const follow = () => {
    const box = viewBox(map);
    const fits = Math.max(box[2] - box[0], box[3] - box[1]) <= largest;
    link.textContent = fits ? link.dataset.hereText : textContent;
    link.href = fits ? `${pathname}?bbox=${boxText(box)}` : href;
  };
  map.on("moveend", follow);
  follow();
}
