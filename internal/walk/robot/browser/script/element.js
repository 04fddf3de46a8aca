// What the robot needs inside a page: finding elements, and judging whether a
// person could use them. It runs in an isolated world, where the page's own
// scripts neither see it nor can change it.
(() => {
  if (globalThis.firsthand) return;

  // Elements below root, through open shadow roots, in document order.
  function* deep(root) {
    const children = root instanceof Element && root.shadowRoot ? [root.shadowRoot, ...root.children] : root.children ?? [];
    for (const child of children) {
      if (child instanceof Element) yield child;
      yield* deep(child);
    }
  }

  const noText = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE", "HEAD", "TITLE"]);
  const ownText = (e) =>
    e instanceof HTMLInputElement ? (["submit", "button", "reset", "text", "search"].includes(e.type) ? e.value : "") :
    e instanceof HTMLTextAreaElement ? e.value : null;
  const textOf = (e) => {
    const own = ownText(e);
    if (own !== null) return own;
    let text = "";
    for (const n of (e.shadowRoot ?? e).childNodes) {
      if (n.nodeType === Node.TEXT_NODE) text += n.nodeValue;
      else if (n instanceof Element && !noText.has(n.tagName)) text += textOf(n);
    }
    return text;
  };

  // The innermost elements whose text holds what is sought.
  function byText(root, sought) {
    const found = [];
    const visit = (e) => {
      if (noText.has(e.tagName) || !textOf(e).includes(sought)) return false;
      let inner = false;
      for (const child of (e.shadowRoot ?? e).children) inner = visit(child) || inner;
      if (!inner) found.push(e);
      return true;
    };
    for (const child of root.children ?? []) visit(child);
    if (!found.length && root instanceof Element && !noText.has(root.tagName) && textOf(root).includes(sought)) found.push(root);
    return found;
  }

  function byXPath(root, sought) {
    const result = document.evaluate(sought, root, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE, null);
    const found = [];
    for (let i = 0; i < result.snapshotLength; i++) {
      const n = result.snapshotItem(i);
      if (n instanceof Element) found.push(n);
    }
    return found;
  }

  const finders = {
    css: (root, sought) => [...root.querySelectorAll(sought)],
    text: byText,
    xpath: byXPath,
    pierce: (root, sought) => [...deep(root)].filter((e) => e.matches(sought)),
  };

  // One part of a selector below each of the roots; a host's shadow root stands for it.
  const below = (roots, kind, sought) =>
    [...new Set(roots.flatMap((r) => finders[kind](r instanceof Element && r.shadowRoot ? r.shadowRoot : r, sought)))];

  const visible = (e) => {
    if (!e.isConnected || !e.checkVisibility({ visibilityProperty: true, opacityProperty: false })) return false;
    const r = e.getBoundingClientRect();
    return r.width > 0 && r.height > 0;
  };

  const parent = (n) => n.assignedSlot ?? n.parentNode ?? (n instanceof ShadowRoot ? n.host : null);
  const within = (n, outer) => {
    for (; n; n = parent(n)) if (n === outer) return true;
    return false;
  };
  const hit = (x, y) => {
    let e = document.elementFromPoint(x, y);
    while (e?.shadowRoot) {
      const inner = e.shadowRoot.elementFromPoint(x, y);
      if (!inner || inner === e) break;
      e = inner;
    }
    return e;
  };

  // An element as a person would point it out: <div id="cookies"> "We use cookies".
  const describe = (e) => {
    if (!e) return "nothing";
    let s = "<" + e.tagName.toLowerCase();
    if (e.id) s += ` id="${e.id}"`;
    else if (typeof e.className === "string" && e.className.trim()) s += ` class="${e.className.trim().slice(0, 60)}"`;
    const text = (e.getAttribute("aria-label") || e.innerText || e.alt || e.name || "").trim().replace(/\s+/g, " ").slice(0, 60);
    return s + ">" + (text ? ` “${text}”` : "");
  };

  // What a click at a point of e would meet: nothing else, or what covers e.
  const covered = (e, x, y) => {
    const top = hit(x, y);
    if (!top || within(top, e) || within(e, top)) return null;
    for (const label of e.labels ?? []) if (within(top, label)) return null;
    if (e instanceof HTMLLabelElement && e.control && within(top, e.control)) return null;
    return top;
  };
  // The outermost layer that covers: what a person would call the thing in the way.
  const layer = (top, e) => {
    let outer = top;
    for (let n = top; n instanceof Element && !within(e, n) && n !== document.body; n = parent(n)) {
      if (n instanceof Element) outer = n;
    }
    return outer;
  };

  // The elements of nodes that stand inside any of the roots.
  const inside = (roots, nodes) => [...new Set(nodes.map((n) => (n instanceof Element ? n : n.parentElement)))]
    .filter((e) => e && (!roots || roots.some((r) => r !== e && within(e, r))));

  const frame = () => new Promise((done) => { requestAnimationFrame(done); setTimeout(done, 100); });
  const inView = (r) => r.top >= 0 && r.left >= 0 && r.bottom <= innerHeight && r.right <= innerWidth;

  const moving = (e) => document.getAnimations().some((a) => a.playState === "running" && a.effect?.target && within(e, a.effect.target));

  // Whether a point still meets one of the elements, just before it is pressed:
  // pages move by script, and things open under a pointer.
  const still = (elements, x, y) => {
    const e = elements.find(visible) ?? elements[0];
    const r = e?.getBoundingClientRect();
    return !!r && x >= r.left - 1 && x <= r.right + 1 && y >= r.top - 1 && y <= r.bottom + 1 && !!hit(x, y) && !covered(e, x, y);
  };

  // Whether a person could use the first visible of the elements: where to point, or why not.
  async function ready(elements, offsetX, offsetY, pointing) {
    const e = elements.find(visible) ?? elements[0];
    if (!e) return { state: "absent" };
    if (!visible(e)) return { state: "hidden", what: describe(e) };
    if (e.matches(":disabled") || e.closest("[inert]")) return { state: "disabled", what: describe(e) };
    let r = e.getBoundingClientRect();
    if (!inView(r)) {
      e.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
      r = e.getBoundingClientRect();
    }
    if (!pointing) return { state: "ready", what: describe(e) };
    if (moving(e)) await frame();
    const now = e.getBoundingClientRect();
    if (Math.abs(now.x - r.x) > 0.5 || Math.abs(now.y - r.y) > 0.5) return { state: "moving", what: describe(e) };
    const at = (x, y) => ({ x: now.x + x, y: now.y + y });
    const centre = at(now.width / 2, now.height / 2);
    const given = offsetX === null ? centre : at(offsetX, offsetY);
    let top = null;
    for (const p of [given, centre]) {
      const over = covered(e, p.x, p.y);
      const outside = !hit(p.x, p.y);
      if (!over && !outside) return { state: "ready", x: p.x, y: p.y, what: describe(e) };
      top ??= over;
    }
    if (!top) return { state: "outside", what: describe(e) };
    return { state: "covered", what: describe(e), by: describe(layer(top, e)) };
  }

  // A point of the page inside an iframe element, as a point of this page.
  function outward(iframe, x, y) {
    const r = iframe.getBoundingClientRect();
    const p = { x: r.x + iframe.clientLeft + x, y: r.y + iframe.clientTop + y };
    const top = hit(p.x, p.y);
    return { ...p, by: top && top !== iframe && !within(top, iframe) ? describe(layer(top, iframe)) : "" };
  }

  // A point of the layout as a point of the glass; the protocol itself sees to the
  // scale of a page that is laid out wide and shown small.
  const onGlass = (x, y) => ({ x: x - visualViewport.offsetLeft, y: y - visualViewport.offsetTop });

  const typeable = new Set(["text", "url", "tel", "search", "password", "number", "email"]);

  // Makes an input ready for a value. What is left to type is returned; null if it is done.
  function fill(elements, value, secret) {
    const e = elements.find(visible) ?? elements[0];
    if (secret) e.style.setProperty("-webkit-text-security", "disc", "important");
    const changed = () => {
      e.dispatchEvent(new Event("input", { bubbles: true }));
      e.dispatchEvent(new Event("change", { bubbles: true }));
    };
    if (e instanceof HTMLSelectElement) {
      const values = [...e.options].map((o) => o.value);
      if (!values.includes(value)) return { wrong: `${describe(e)} has no option “${value}”` };
      e.focus();
      e.value = value;
      changed();
      return { rest: null };
    }
    if (e instanceof HTMLTextAreaElement || (e instanceof HTMLInputElement && typeable.has(e.type))) {
      if (e.readOnly) return { wrong: `${describe(e)} can only be read` };
      e.focus();
      const end = e.type === "number" || e.type === "email" ? null : e.value.length;
      if (value.startsWith(e.value) && value.length > e.value.length && end !== null) {
        e.setSelectionRange(end, end);
        return { rest: value.slice(e.value.length) };
      }
      const had = e.value !== "";
      e.value = "";
      if (value === "") {
        if (had) changed();
        return { rest: null };
      }
      return { rest: value };
    }
    if (e instanceof HTMLInputElement) {
      if (e.type === "file") return { wrong: "a recording cannot choose files" };
      e.focus();
      e.value = value;
      changed();
      return { rest: null };
    }
    if (e.isContentEditable) {
      e.focus();
      if (e.innerText && value.startsWith(e.innerText) && value !== e.innerText) {
        getSelection().selectAllChildren(e);
        getSelection().collapseToEnd();
        return { rest: value.slice(e.innerText.length) };
      }
      e.innerText = "";
      return { rest: value };
    }
    return { wrong: `nothing can be typed into ${describe(e)}` };
  }

  const same = (want, got) => {
    if (want === got) return true;
    if (!(want instanceof Object) || !(got instanceof Object)) return false;
    return Object.entries(want).every(([name, value]) => same(value, got[name]));
  };
  const compare = { ">=": (a, b) => a >= b, "==": (a, b) => a === b, "<=": (a, b) => a <= b };

  // What waitForElement asks: enough elements, all with these attributes and properties.
  function meets(elements, operator, count, attributes, properties) {
    return compare[operator](elements.length, count) && elements.every((e) =>
      Object.entries(attributes ?? {}).every(([name, value]) => e.getAttribute(name) === value) && same(properties ?? {}, e));
  }

  const shown = (elements) => elements.filter(visible).map((e) => ("value" in e && typeof e.value === "string" ? e.value : e.innerText)).join("\n");

  globalThis.firsthand = { below, inside, ready, still, outward, onGlass, fill, meets, shown, describe };
})();
