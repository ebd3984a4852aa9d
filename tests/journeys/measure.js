// Measures what a person sees: sizes of text, targets, contrast. Evaluated in the page by the tests.
(() => {
  const name = (element) => {
    const id = element.id ? `#${element.id}` : "";
    const classes = [...element.classList].map((each) => `.${each}`).join("");
    return `${element.tagName.toLowerCase()}${id}${classes} "${(element.textContent ?? "").trim().slice(0, 20)}"`;
  };
  // An element keeps the name that it had at first sight: a script may change its text meanwhile.
  const names = new Map();
  function remember(elements) {
    return elements.map((element) => {
      if (!names.has(element)) names.set(element, `${name(element)} ${names.size}`);
      return names.get(element);
    });
  }
  const visible = (element) => {
    const box = element.getBoundingClientRect();
    return (
      box.width > 1 &&
      box.height > 1 &&
      element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
      !element.closest(".visually-hidden, .trap, .skip-link, [aria-hidden=true]")
    );
  };

  // Every element that itself holds visible words.
  function texts() {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = new Set();
    while (walker.nextNode()) {
      const holder = walker.currentNode.parentElement;
      if (!walker.currentNode.data.trim() || holder.closest("script, style, noscript, svg, option")) continue;
      if (visible(holder)) found.add(holder);
    }
    for (const field of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
      if (visible(field)) found.add(field);
    }
    return [...found];
  }

  function smallTexts(least, leastLeading) {
    return texts().flatMap((element) => {
      const style = getComputedStyle(element);
      const size = parseFloat(style.fontSize);
      const faults = [];
      if (size < least) faults.push(`${name(element)}: ${size}px`);
      const box = element.matches("input, select") || element.closest("button");
      const leading = style.lineHeight === "normal" ? 0 : parseFloat(style.lineHeight) / size;
      if (!box && leading + 0.001 < leastLeading) faults.push(`${name(element)}: line height ${leading.toFixed(2)}`);
      return faults;
    });
  }

  // A link in the middle of a sentence is text; its size is that of the line.
  function inSentence(element) {
    if (element.tagName !== "A" || getComputedStyle(element).display !== "inline") return false;
    const around = element.parentElement.textContent.replace(element.textContent, "").trim();
    return around.length > 3;
  }

  function targets() {
    const selector = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]";
    return [...document.querySelectorAll(selector)].filter(
      (element) => visible(element) && !element.disabled && !inSentence(element),
    );
  }

  // With its label a checkbox is as large as both together.
  function box(element) {
    const boxes = [element, ...(element.labels ?? [])]
      .filter((each) => each === element || /checkbox|radio/.test(element.type))
      .map((each) => each.getBoundingClientRect());
    const width = Math.max(...boxes.map((each) => each.right)) - Math.min(...boxes.map((each) => each.left));
    const height = Math.max(...boxes.map((each) => each.bottom)) - Math.min(...boxes.map((each) => each.top));
    return { width, height };
  }

  function smallTargets(least) {
    return targets().flatMap((element) => {
      const { width, height } = box(element);
      if (width >= least - 0.5 && height >= least - 0.5) return [];
      return [`${name(element)}: ${width.toFixed(0)}x${height.toFixed(0)}`];
    });
  }

  function colour(text) {
    const parts = text.match(/[\d.]+/g).map(Number);
    return { rgb: parts.slice(0, 3), alpha: parts[3] ?? 1 };
  }
  const over = (top, alpha, ground) => top.map((value, i) => value * alpha + ground[i] * (1 - alpha));
  function luminance(rgb) {
    const [r, g, b] = rgb.map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }
  function groundOf(element) {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      const { rgb, alpha } = colour(getComputedStyle(each).backgroundColor);
      if (alpha > 0) layers.push({ rgb, alpha });
      if (alpha === 1) break;
    }
    return layers.reverse().reduce((ground, { rgb, alpha }) => over(rgb, alpha, ground), [255, 255, 255]);
  }

  function faintTexts(least) {
    return texts().flatMap((element) => {
      if (element.disabled || element.closest("[disabled]")) return [];
      const ground = groundOf(element);
      const { rgb, alpha } = colour(getComputedStyle(element).color);
      const [light, dark] = [luminance(over(rgb, alpha, ground)), luminance(ground)].sort((a, b) => b - a);
      const ratio = (light + 0.05) / (dark + 0.05);
      return ratio + 0.005 < least ? [`${name(element)}: ${ratio.toFixed(2)}:1`] : [];
    });
  }

  // What the Tab key should reach: one radio of a group, nothing disabled, nothing out of sight.
  function stops() {
    const selector =
      "a[href], button, input:not([type=hidden]), select, textarea, summary, iframe, [tabindex]:not([tabindex='-1'])";
    const groups = new Set();
    return [...document.querySelectorAll(selector)].filter((element) => {
      if (element.disabled || element.tabIndex < 0 || element.closest(".trap")) return false;
      if (!element.checkVisibility({ visibilityProperty: true })) return false;
      if (element.type !== "radio") return true;
      const group = `${element.form?.action} ${element.name}`;
      const chosen = document.querySelector(`input[type=radio][name="${element.name}"]:checked`);
      if (chosen ? chosen !== element : groups.has(group)) return false;
      groups.add(group);
      return true;
    });
  }

  function focusRing() {
    const style = getComputedStyle(document.activeElement);
    const outline = style.outlineStyle !== "none" ? parseFloat(style.outlineWidth) : 0;
    return { outline, shadow: style.boxShadow !== "none" };
  }

  function moving() {
    return [...document.querySelectorAll("*")].flatMap((element) => {
      const style = getComputedStyle(element);
      const seconds = [...style.transitionDuration.split(","), ...style.animationDuration.split(",")];
      const moves = seconds.some((each) => parseFloat(each) > 0) || style.scrollBehavior === "smooth";
      return moves ? [name(element)] : [];
    });
  }

  window.measure = { smallTexts, smallTargets, faintTexts, stops, focusRing, moving, remember };
})();
