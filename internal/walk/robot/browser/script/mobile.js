// How friendly a page is to a phone, measured: one object, evaluated where it stands.
(() => {
  const few = (list) => list.slice(0, 8);
  const describe = globalThis.firsthand.describe;
  const meta = [...document.querySelectorAll('meta[name="viewport" i]')].at(-1);
  const settings = Object.fromEntries((meta?.content ?? "").toLowerCase().split(/[,;]/).map((s) => s.split("=").map((t) => t.trim())));
  const hasViewport = settings.width === "device-width" || parseFloat(settings["initial-scale"]) > 0;
  const zoomBlocked = ["no", "0"].includes(settings["user-scalable"]) || parseFloat(settings["maximum-scale"]) < 2;

  const rects = new Map();
  const rect = (e) => rects.get(e) ?? (rects.set(e, e.getBoundingClientRect()), rects.get(e));
  const seen = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && rect(e).width > 1 && rect(e).height > 1;

  const width = document.documentElement.clientWidth;
  const overflow = Math.max(0, document.documentElement.scrollWidth - width);
  const clipped = (e) => {
    for (let n = e.parentElement; n && n !== document.documentElement && n !== document.body; n = n.parentElement) {
      if (getComputedStyle(n).overflowX !== "visible") return true;
    }
    return false;
  };
  const all = [...document.body?.querySelectorAll("*") ?? []];
  const causes = overflow > 1 ? all.filter((e) => seen(e) && rect(e).right + scrollX > width + 1 && !clipped(e) &&
    ![...e.children].some((c) => rect(c).right + scrollX > width + 1)).map(describe) : [];

  // WCAG 2.5.8 leaves out links within a sentence and targets with room around them.
  const inSentence = (e) => e.tagName === "A" && getComputedStyle(e).display === "inline" &&
    [...(e.parentElement?.childNodes ?? [])].some((n) => n.nodeType === Node.TEXT_NODE && n.nodeValue.trim().length > 2);
  const targets = all.filter((e) => e.matches('a[href],button,input:not([type="hidden"]),select,textarea,summary,[role="button"],[role="link"],[role="checkbox"],[role="radio"],[role="tab"],[role="menuitem"],[onclick]') &&
    seen(e) && !inSentence(e) && !e.matches(":disabled"));
  // A checkbox is as large as its label: a tap on either works.
  const box = (e) => {
    const parts = [rect(e), ...[...(e.labels ?? [])].filter(seen).map(rect)];
    return { width: Math.max(...parts.map((r) => r.width)), height: Math.max(...parts.map((r) => r.height)), r: rect(e) };
  };
  const boxes = targets.map((e) => ({ e, ...box(e) }));
  const crowded = (b) => {
    const x = b.r.x + b.r.width / 2, y = b.r.y + b.r.height / 2;
    return boxes.some((o) => o.e !== b.e && !o.e.contains(b.e) && !b.e.contains(o.e) &&
      x + 12 > o.r.left && x - 12 < o.r.right && y + 12 > o.r.top && y - 12 < o.r.bottom);
  };
  const tiny = boxes.filter((b) => (b.width < 24 || b.height < 24) && crowded(b));
  const small = boxes.filter((b) => b.width < 44 || b.height < 44);

  let text = 0, smallText = 0;
  const smallTexts = new Set();
  const walker = document.createTreeWalker(document.body ?? document.documentElement, NodeFilter.SHOW_TEXT);
  for (let n = walker.nextNode(); n; n = walker.nextNode()) {
    const e = n.parentElement, length = n.nodeValue.trim().length;
    if (!length || !e || e.matches("script,style,noscript,template") || !seen(e)) continue;
    text += length;
    if (parseFloat(getComputedStyle(e).fontSize) < 12) {
      smallText += length;
      smallTexts.add(describe(e));
    }
  }
  const zooming = all.filter((e) => e.matches('input:not([type="hidden"],[type="checkbox"],[type="radio"],[type="range"],[type="submit"],[type="button"],[type="reset"],[type="image"],[type="file"],[type="color"]),select,textarea') &&
    seen(e) && parseFloat(getComputedStyle(e).fontSize) < 16);

  // What lies fixed over the page, as a share of the screen; a grid is enough to tell.
  let over = 0, points = 0;
  const layers = new Set();
  for (let i = 0; i < 8; i++) for (let j = 0; j < 12; j++) {
    points++;
    for (let n = document.elementFromPoint((i + 0.5) * innerWidth / 8, (j + 0.5) * innerHeight / 12); n && n !== document.body; n = n.parentElement) {
      if (["fixed", "sticky"].includes(getComputedStyle(n).position)) {
        over++;
        layers.add(describe(n));
        break;
      }
    }
  }
  return {
    hasViewport, zoomBlocked, layoutWidth: innerWidth, overflow: hasViewport ? overflow : 0, overflowCauses: few(hasViewport ? causes : []),
    targets: boxes.length, tinyTargets: tiny.length, tiny: few(tiny.map((b) => describe(b.e))), smallTargets: small.length, small: few(small.map((b) => describe(b.e))),
    text, smallText, smallTexts: few([...smallTexts]), zoomingInputs: zooming.length, zooming: few(zooming.map(describe)),
    overlayShare: over / points, overlays: few([...layers]),
  };
})()
