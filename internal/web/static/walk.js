// A walk on a phone. All that is written is kept on the phone first (IndexedDB), under a key of its
// own, and sent when there is a network: late, twice or in any order, it arrives once. Without this
// file each step is a plain form.
// Order: keeping, sending, parts, steps, clock, pieces, the end, start.
"use strict";

const root = document.querySelector("[data-walk]"), over = document.querySelector("[data-over]");
const walk = (root ?? over)?.dataset.walk ?? over?.dataset.over;
const $ = (what, within = root) => within.querySelector(what), $$ = (what, within = root) => [...within.querySelectorAll(what)];
const newKey = () => crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");

/* Keeping. drafts: what stands in each part, by its name. outbox: what is to be sent, by its key;
   a row that was sent stays as its key only, so that handing in can name all of them. */

const database = "firsthand walk " + walk;
let db;

function openDatabase() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(database, 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore("drafts", { keyPath: "part" });
      opening.result.createObjectStore("outbox", { keyPath: "key" });
    };
    opening.onsuccess = () => { opening.result.onversionchange = () => { opening.result.close(); db = null; location.reload(); }; resolve(opening.result); }; // another tab ended it
    opening.onerror = () => reject(opening.error);
  });
}

const asked = (request) => new Promise((resolve, reject) => { request.onsuccess = () => resolve(request.result); request.onerror = () => reject(request.error); });

// change does something to drafts and outbox whole or not at all, and is on disk when it ends: a battery may die.
async function change(work) {
  const t = db.transaction(["drafts", "outbox"], "readwrite", { durability: "strict" });
  const ended = new Promise((resolve, reject) => { t.oncomplete = resolve; t.onabort = () => reject(t.error ?? new Error("not kept")); });
  let result;
  try {
    result = await work(t.objectStore("drafts"), t.objectStore("outbox"));
  } catch (problem) {
    try { t.abort(); } catch { /* it has ended by itself */ }
    await ended.catch(() => {});
    throw problem;
  }
  await ended;
  return result;
}

const look = (store) => asked(db.transaction(store).objectStore(store).getAll());
const waiting = async () => (await look("outbox")).filter((row) => !row.sent);

// Other tabs with the same walk show what this one did.
const tabs = "BroadcastChannel" in window ? new BroadcastChannel(database) : null;
const told = () => tabs?.postMessage("changed");

// forgetAll leaves nothing of the walk on this phone.
async function forgetAll() {
  db?.close();
  db = null;
  for (const name of Object.keys(localStorage)) if (name.startsWith(database + " ")) localStorage.removeItem(name);
  await Promise.allSettled([
    new Promise((resolve) => { const gone = indexedDB.deleteDatabase(database); gone.onsuccess = gone.onerror = gone.onblocked = resolve; }),
    ...(navigator.serviceWorker ? (await navigator.serviceWorker.getRegistrations()).filter((r) => new URL(r.scope).pathname === "/walk/" + walk + "/").map((r) => r.unregister()) : []),
    ...("caches" in window ? (await caches.keys()).filter((name) => name.startsWith("walk /walk/" + walk + "/ ")).map((name) => caches.delete(name)) : []),
  ]);
}

/* Sending. One tab at a time; what the server has is marked, what it refuses is shown and kept. */

let tries = 0, timer, reachable = true, refused = "", turn = Promise.resolve();

async function send(again = false) {
  clearTimeout(timer);
  if (!db) return;
  const work = () => sendAll(again).catch((problem) => { if (db) throw problem; });
  turn = navigator.locks ? navigator.locks.request(database, work) : turn.then(work); // only secure pages have locks
  await turn;
}

async function sendAll(again) {
  if (!db) return;
  refused = "";
  const stop = (await look("drafts")).find((draft) => draft.part === "stop.")?.stop;
  let ok = true;
  if (stop) ok = await sendStop(stop);
  else {
    const rows = (await waiting()).filter((row) => again || !row.problem).sort((a, b) => a.written - b.written);
    const notes = rows.filter((row) => row.type === "note");
    for (let i = 0; ok && i < notes.length; i += 25) ok = await sendNotes(notes.slice(i, i + 25));
    for (const piece of rows.filter((row) => row.type === "piece")) ok = ok && await sendPiece(piece);
  }
  if (!db) return;
  tries = ok ? 0 : tries + 1;
  if (!ok && !refused) timer = setTimeout(send, Math.min(300, 2 ** tries) * 1000 * (0.5 + Math.random() / 2));
  told();
  await showSync();
}

// post asks the server: {ack}, {problem} where it refuses, {} where it was not reached.
async function post(path, body, type, patience) {
  try {
    const answer = await fetch(root.dataset.path + path, { method: "POST", body, headers: type ? { "Content-Type": type } : {}, signal: AbortSignal.timeout?.(patience) });
    reachable = answer.status < 500 && answer.status !== 429;
    if (!reachable) return {};
    const said = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
    if (answer.ok) return { ack: said };
    const text = [said.text ?? "The server answered " + answer.status + ".", said.remedy].filter(Boolean).join(" ");
    if (answer.status !== 403) return { problem: text };
    refused = text; // it is not this note: the whole device is not let in
    return {};
  } catch {
    reachable = false;
    return {};
  }
}

async function sendNotes(rows) {
  const messages = rows.map((row) => ({ key: row.key, kind: row.kind, sent: new Date().toISOString(), body: row.body }));
  const { ack, problem } = await post("messages", JSON.stringify({ messages }), "application/json", 60000);
  if (problem && rows.length > 1) { // which one is it?
    for (const row of rows) if (!await sendNotes([row])) return false;
    return true;
  }
  return settle(rows, ack, problem);
}

async function sendPiece(row) {
  const at = new URLSearchParams({ key: row.key, kind: row.kind, step: row.step });
  const { ack, problem } = await post("evidence?" + at, row.bytes, row.media, 300000);
  return settle([row], ack, problem);
}

async function settle(rows, ack, problem) {
  if (!ack && !problem) return false;
  await change(async (drafts, outbox) => {
    for (const row of rows) {
      const now = await asked(outbox.get(row.key));
      if (!now) continue; // something newer took its place meanwhile
      if (problem) outbox.put({ ...now, problem });
      else if (ack.have.includes(row.key)) outbox.put({ key: row.key, type: row.type, kind: row.kind, step: row.step, written: row.written, sent: true });
    }
  });
  if (ack && ["submitted", "in_review", "approved"].includes(ack.state)) await ended("Handed in. Thank you.", "Somebody else reads it now. If they have a question, it comes back to you on this same page.");
  return true;
}

async function sendStop({ forget }) {
  const { ack, problem } = await post("stop", new URLSearchParams({ forget: forget ? "yes" : "no" }), null, 60000);
  if (ack || refused || problem) { // refused: the server has forgotten this device already
    refused = "";
    await ended("You stopped this walk", "That is all right, and nobody asks why. " + (forget ? "All that you wrote and recorded has been removed, here and on this phone." : "What you sent so far is kept, and says only how far you came."));
    return true;
  }
  return false;
}

// ended shows that the walk is over, and forgets it.
async function ended(heading, text) {
  await forgetAll();
  told();
  $("[data-over-heading]").textContent = heading;
  $("[data-over-text]").textContent = text;
  $("[data-sync]").hidden = true;
  for (const box of $$(".notice")) box.hidden = true;
  document.querySelector(".leave").hidden = document.querySelector("[data-way]").hidden = true;
  showPart("over.", false);
}

const many = (n, one, more) => (n === 1 ? "1 " + one : n + " " + more);
const partName = (step) => (step ? "Step " + $(`[data-step="${CSS.escape(step)}"]`)?.dataset.number : "The end");
const pieceWords = { photo: ["photo", "photos"], receipt: ["receipt", "receipts"], screenshot: ["screenshot", "screenshots"], voice: ["voice note", "voice notes"] };
let saidBefore = "";

// showSync says what is only on this phone, in words; a screen reader hears it when it changes its kind.
async function showSync() {
  if (!db) return;
  const rows = (await waiting()).sort((a, b) => a.written - b.written), drafts = await look("drafts"), stop = drafts.find((draft) => draft.part === "stop.")?.stop;
  const counts = { note: 0, photo: 0, receipt: 0, screenshot: 0, voice: 0 };
  for (const row of rows) { const kind = row.type === "note" ? "note" : row.kind; counts[kind]++; }
  const parts = Object.entries(counts).filter(([, n]) => n).map(([kind, n]) => many(n, ...(kind === "note" ? ["note", "notes"] : pieceWords[kind])));
  const wrong = rows.filter((row) => row.problem).length;
  const list = parts.length > 1 ? parts.slice(0, -1).join(", ") + " and " + parts.at(-1) : parts[0];
  const only = parts.length ? `${list} ${rows.length === 1 ? "is" : "are"} only on this phone.` : "";
  const why = refused || (wrong ? `The server did not take ${wrong === rows.length && wrong === 1 ? "it" : wrong + " of them"}.` : !reachable ? "There is no network now; you can go on." : "");
  const nothing = drafts.some((draft) => draft.kept) ? "All that you saved has been sent." : "";
  const text = stop ? "You stopped. The server hears of it as soon as there is a network." : only ? only + (why ? " " + why : "") : nothing;
  const box = $("[data-sync]");
  box.hidden = !text;
  box.classList.toggle("sent", !only && !stop);
  $("[data-sync-text]").textContent = text;
  $("[data-waiting]").hidden = !rows.length;
  $("[data-waiting-list]").replaceChildren(...rows.map(waitingRow));
  const kind = [!!only, wrong, reachable, !!refused].join();
  if (kind !== saidBefore && saidBefore) say(text);
  saidBefore = kind;
  for (const chip of $$("[data-chip]")) showChip(chip, drafts.find((draft) => draft.part === chip.dataset.chip), rows);
  showWay(drafts);
}

function waitingRow(row) {
  const li = make("li"), what = row.type === "note" ? (row.kind === "submit" ? "handing in" : "note") : pieceWords[row.kind][0] + ", " + size(row.bytes.byteLength);
  li.append(make("span", partName(row.step) + ": " + what));
  if (row.problem) li.append(make("b", row.problem));
  if (row.type === "piece") li.append(removeButton(row));
  else if (row.problem && row.step) { const a = make("a", "Look at it"); a.href = "?at=" + row.step; a.dataset.to = row.step; li.append(a); }
  return li;
}

function showChip(chip, draft, rows) {
  const section = $(`[data-step="${CSS.escape(chip.dataset.chip)}"]`), done = draft?.kept ? draft.done : section.dataset.done;
  const unsent = rows.some((row) => row.step === chip.dataset.chip);
  chip.textContent = (unsent ? "on this phone" : { done: "done", blocked: "could not be done", skipped: "skipped" }[done]) ?? "not yet";
  chip.className = "chip " + (unsent ? "warn" : { done: "good", blocked: "warn" }[done] ?? "");
}

function showWay(drafts) {
  const steps = $$("[data-step]"), told = steps.filter((s) => s.dataset.done || drafts.some((draft) => draft.part === s.dataset.step && draft.kept)).length;
  document.querySelector("[data-way]").value = told;
  const left = steps.length - told, box = $("[data-untold]");
  box.hidden = !left;
  box.textContent = left ? `${many(left, "step has", "steps have")} nothing written about ${left === 1 ? "it" : "them"}. If you did not come there, that is right.` : "";
}

const make = (name, text = "") => Object.assign(document.createElement(name), { textContent: text });
const size = (bytes) => (bytes < 1e6 ? Math.max(1, Math.round(bytes / 1e3)) + " kB" : (bytes / 1e6).toFixed(1) + " MB");
function say(text) { $("[data-say]").textContent = text; }
function trouble(text) { const box = $("[data-trouble]"); box.hidden = !text; box.textContent = text; if (text) box.scrollIntoView({ block: "center" }); }
const notKept = (what, problem) => (problem?.name === "QuotaExceededError"
  ? `This phone has no room left, so ${what} was not kept. Send what is waiting or free some space, then do it again.`
  : `${what[0].toUpperCase() + what.slice(1)} could not be kept on this phone. Try again.`);

/* Parts: the brief, each step, the end. */

function showPart(part, remember = true) {
  const section = $(`[data-part="${CSS.escape(part)}"]`);
  if (!section) return;
  for (const other of $$(".part")) other.hidden = other !== section;
  root.dataset.at = part;
  if (remember) history.pushState({ part }, "", "?at=" + part);
  const heading = $("h1", section), number = section.dataset.number;
  document.title = (number ? `Step ${number} – ` : "") + heading.textContent.slice(0, 60) + " – Firsthand";
  document.querySelector("[data-progress-text]").textContent = number ? `Step ${number} of ${$$("[data-step]").length}` : part === "end." ? "The end" : "";
  trouble("");
  scrollTo(0, 0);
  heading.focus({ preventScroll: true });
  if (section.dataset.step && db) opened(section.dataset.step).catch((problem) => trouble(notKept("the time", problem)));
}

const targetOf = (went) => (went === "end" ? "end." : went);

// walked are the parts on the walker's way, the last being where they are.
async function walked() {
  const drafts = await look("drafts"), way = [];
  for (let part = $$("[data-step]")[0]?.dataset.step ?? "end."; !way.includes(part);) {
    way.push(part);
    const section = $(`[data-step="${CSS.escape(part)}"]`), draft = drafts.find((d) => d.part === part);
    if (!section || !draft?.kept && !section.dataset.done) break;
    part = targetOf(draft?.kept ? draft.went : section.dataset.went) || section.dataset.next;
  }
  return way;
}

async function back() {
  const way = await walked(), at = root.dataset.at, i = way.indexOf(at);
  if (i > 0) return way[i - 1];
  const steps = $$("[data-step]").map((s) => s.dataset.step), n = steps.indexOf(at);
  return at === "end." ? way.at(-1) : n > 0 ? steps[n - 1] : "brief.";
}

/* Steps. A draft holds the fields as they stand, the clock, and which revision was saved last. */

const fieldsOf = (form) => Object.fromEntries([...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "opened" && name !== "form"));

function putFields(form, fields) {
  for (const input of form.elements) {
    if (!input.name || input.type === "file" || input.type === "hidden" || !(input.name in fields)) continue;
    if (input.type === "radio") input.checked = input.value === fields[input.name];
    else input.value = fields[input.name];
  }
}

// touch changes a part's draft, which begins with what the server knew.
const touch = (part, how) => change(async (drafts, outbox) => {
  const draft = await asked(drafts.get(part)) ?? newDraft(part);
  await how(draft, outbox);
  drafts.put(draft);
  return draft;
});

function newDraft(part) {
  const section = $(`[data-step="${CSS.escape(part)}"]`);
  return { part, revision: Number(section?.dataset.revision ?? -1), evidence: section?.dataset.evidence.split(" ").filter(Boolean) ?? [] };
}

const opened = (step) => touch(step, (draft) => { draft.opened ??= Date.now(); });
const typing = new Map();

function typed(form) {
  const part = form.dataset.form ?? "end.";
  clearTimeout(typing.get(part));
  typing.set(part, setTimeout(() => keepTyped(form), 250));
}

async function keepTyped(form) {
  const part = form.dataset.form ?? "end.";
  if (!typing.has(part) || !db) return;
  clearTimeout(typing.get(part));
  typing.delete(part);
  try {
    await touch(part, (draft) => { draft.fields = fieldsOf(form); draft.typed = true; });
    told();
  } catch (problem) { trouble(notKept("what you type", problem)); }
}
const forms = () => $$("form[data-form], form[data-end]");

// keepLast: a page that is going has no time for the database. What was typed in its last moment lies beside it.
function keepLast() {
  for (const form of forms()) {
    const part = form.dataset.form ?? "end.";
    if (typing.has(part) && db) localStorage.setItem(database + " " + part, JSON.stringify(fieldsOf(form)));
  }
}

async function takeLast() {
  for (const form of forms()) {
    const part = form.dataset.form ?? "end.", name = database + " " + part, last = localStorage.getItem(name);
    if (last) await touch(part, (draft) => { draft.fields = JSON.parse(last); draft.typed = true; });
    localStorage.removeItem(name);
  }
}

// saveStep makes a note of a step, puts it among what is to be sent, and goes on.
async function saveStep(form, done) {
  const step = form.dataset.form, section = form.closest("[data-step]");
  const fields = fieldsOf(form), now = Date.now();
  let promises;
  try { promises = promisesOf(form); } catch (problem) { trouble(problem.message); return; }
  clearTimeout(typing.get(step));
  typing.delete(step);
  try {
    await touch(step, async (draft, outbox) => {
      const started = draft.started ?? draft.opened ?? now, finished = draft.started ? draft.halted ?? now : draft.finished ?? now;
      draft.revision = Math.max(draft.revision, Number(section.dataset.revision)) + 1;
      Object.assign(draft, { fields, done, finished, went: fields.went ?? "", kept: true, typed: false });
      if (draft.started) draft.halted ??= now;
      const body = {
        step, revision: draft.revision, started: new Date(started).toISOString(), finished: new Date(Math.max(started, finished)).toISOString(), done,
        did: fields.did, thought: fields.thought, felt: fields.felt, feeling: Number(fields.feeling || 0), heard: fields.heard ?? "", answer: fields.answer ?? "",
        went: fields.went ?? "", promises, staff: fields.staff, evidence: draft.evidence,
      };
      for (const row of await asked(outbox.getAll())) if (row.kind === "step" && row.step === step && !row.sent) outbox.delete(row.key); // this one says it anew
      outbox.put({ key: newKey(), type: "note", kind: "step", step, body, written: now });
    });
    await renewSubmission();
  } catch (problem) { trouble(notKept("the step", problem)); return; }
  navigator.storage?.persist?.();
  told();
  showClock(section, await asked(db.transaction("drafts").objectStore("drafts").get(step)));
  showPart(targetOf(fields.went) || section.dataset.next);
  await showSync();
  send();
}

function promisesOf(form) {
  return $$("[data-promise]", form).map((box) => {
    const seen = { name: box.dataset.promise }, seconds = $("[data-seconds]", box)?.value.trim(), paid = $("[data-currency]", box), kept = $("input[type=radio]:checked", box)?.value;
    if (seconds) seen.seconds = numberOf(seconds, "number of seconds");
    if (paid?.value.trim()) seen.paid = moneyOf(paid.value, paid.dataset.currency, Number(paid.dataset.decimals));
    if (kept) seen.kept = kept === "yes";
    return seen;
  }).filter((seen) => Object.keys(seen).length > 1);
}

function numberOf(text, what) {
  const n = Number(text.trim().replace(",", "."));
  if (!Number.isFinite(n) || n < 0) throw new Error(`“${text}” is not a ${what}.`);
  return n;
}
const moneyOf = (text, currency, decimals) => ({ minor: Math.round(numberOf(text, "sum of money") * 10 ** decimals), currency });

/* Clock. It is only the two moments in the draft, so that it goes on while the phone is off. */

const clockText = (ms) => { const s = Math.max(0, Math.floor(ms / 1000)), h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60; return (h ? h + ":" + String(m).padStart(2, "0") : m) + ":" + String(s % 60).padStart(2, "0"); };
const clocks = new Map();

function showClock(section, draft) {
  const box = $("[data-clock]", section), { started, halted } = draft ?? {}, runs = started && !halted;
  box.hidden = false;
  box.classList.toggle("runs", !!runs);
  clocks.set(section, { started, halted });
  $("[data-time]", box).textContent = started ? clockText((halted ?? Date.now()) - started) : "0:00";
  $("[data-start]", box).hidden = !!runs;
  $("[data-start]", box).textContent = started ? "Start again" : "Start the clock";
  $("[data-start]", box).classList.toggle("primary", !started);
  $("[data-halt]", box).hidden = !runs;
  const at = (ms) => new Date(ms).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  if (started) $("[data-clock-hint]", box).textContent = halted ? `From ${at(started)} to ${at(halted)}.` : `Since ${at(started)}. It goes on when you close the page.`;
  for (const button of $$("[data-fill]", section)) button.hidden = !started;
}

setInterval(() => {
  for (const [section, { started, halted }] of clocks) if (!section.hidden && started && !halted) $("[data-time]", section).textContent = clockText(Date.now() - started);
}, 1000);

async function clock(section, how) {
  try {
    const draft = await touch(section.dataset.step, how);
    showClock(section, draft);
    told();
    if (document.activeElement === document.body || $("[data-clock]", section).contains(document.activeElement)) $(draft.halted ? "[data-start]" : "[data-halt]", section).focus(); // its button is gone
    say(draft.halted ? "The clock stopped at " + clockText(draft.halted - draft.started) : "The clock runs");
  } catch (problem) { trouble(notKept("the time", problem)); }
}

/* Photos, receipts, voice notes. */

const longSide = 2560;

// shrunk draws a picture anew: smaller where it is large, and without what the camera wrote into it.
async function shrunk(file) {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, longSide / Math.max(picture.width, picture.height));
    const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    return await new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? file), "image/jpeg", 0.85));
  } catch { return file; } // a sort that this browser cannot draw: the server says whether it can
}

async function addPiece(section, kind, blob) {
  const step = section.dataset.step, key = newKey();
  try {
    const bytes = await blob.arrayBuffer();
    await touch(step, (draft, outbox) => {
      draft.evidence.push(key);
      outbox.put({ key, type: "piece", kind, step, bytes, media: blob.type || "application/octet-stream", written: Date.now() });
    });
    await renewSubmission();
  } catch (problem) { trouble(notKept("the " + pieceWords[kind][0], problem)); return; }
  told();
  await showPieces(section);
  await showSync();
  say("The " + pieceWords[kind][0] + " is kept on this phone");
  send();
}

async function removePiece(row) {
  await touch(row.step, async (draft, outbox) => {
    draft.evidence = draft.evidence.filter((key) => key !== row.key);
    outbox.delete(row.key);
    for (const note of await asked(outbox.getAll())) {
      if (note.kind !== "step" || note.step !== row.step || note.sent) continue;
      outbox.delete(note.key); // it may have arrived as it was: what says something else needs a key of its own
      outbox.put({ ...note, key: newKey(), body: { ...note.body, revision: ++draft.revision, evidence: draft.evidence } });
    }
  });
  await renewSubmission();
  told();
  await showPieces($(`[data-step="${CSS.escape(row.step)}"]`));
  await showSync();
  send();
}

function removeButton(row) {
  const button = make("button", "Remove");
  button.type = "button";
  button.setAttribute("aria-label", "Remove this " + pieceWords[row.kind][0]);
  button.addEventListener("click", () => removePiece(row).catch((problem) => trouble(notKept("the change", problem))));
  return button;
}

async function showPieces(section) {
  const rows = (await look("outbox")).filter((row) => row.type === "piece" && row.step === section.dataset.step).sort((a, b) => a.written - b.written);
  for (const seen of $$("[data-kept] [src]", section)) URL.revokeObjectURL(seen.src);
  $("[data-kept]", section).replaceChildren(...rows.map((row) => {
    const li = make("li"), word = pieceWords[row.kind][0], what = make("span", word[0].toUpperCase() + word.slice(1) + (row.sent ? ", sent" : ", " + size(row.bytes.byteLength)));
    what.className = "what";
    if (!row.sent) {
      const url = URL.createObjectURL(new Blob([row.bytes], { type: row.media }));
      if (row.kind === "voice") {
        const sound = Object.assign(make("audio"), { controls: true, src: url });
        sound.setAttribute("aria-label", "Your voice note");
        li.append(what, removeButton(row), sound);
      }
      else li.append(Object.assign(make("img"), { src: url, alt: "" }), what, removeButton(row));
    } else li.append(what);
    return li;
  }));
}

const voiceTypes = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"], longestVoice = 5 * 60 * 1000;
const canRecord = () => window.MediaRecorder && navigator.mediaDevices?.getUserMedia;
let recording;

async function record(button) {
  if (recording) { recording.stop(); return; }
  const section = button.closest("[data-step]"), type = voiceTypes.find((t) => MediaRecorder.isTypeSupported(t));
  let sound;
  try { sound = await navigator.mediaDevices.getUserMedia({ audio: true }); } catch {
    trouble("The microphone could not be used. Allow it for this page, or write instead.");
    return;
  }
  const heard = [], began = Date.now();
  recording = new MediaRecorder(sound, { mimeType: type, audioBitsPerSecond: 32000 });
  recording.ondataavailable = (event) => heard.push(event.data);
  const tick = setInterval(() => { button.textContent = "Stop recording, " + clockText(Date.now() - began); }, 1000), limit = setTimeout(() => recording?.stop(), longestVoice);
  recording.onstop = async () => {
    clearInterval(tick);
    clearTimeout(limit);
    for (const track of sound.getTracks()) track.stop();
    recording = null;
    button.textContent = "Record a voice note";
    button.classList.remove("records");
    await addPiece(section, "voice", new Blob(heard, { type: (type ?? "audio/webm").split(";")[0] }));
  };
  recording.start();
  button.textContent = "Stop recording, 0:00";
  button.classList.add("records");
  say("Recording");
}

/* The end. */

async function handIn(form) {
  const fields = fieldsOf(form);
  try { submissionOf(fields); } catch (problem) { trouble(problem.message); return; }
  clearTimeout(typing.get("end."));
  typing.delete("end.");
  try {
    await touch("end.", (draft) => { draft.fields = fields; });
    await queueSubmission();
  } catch (problem) { trouble(notKept("what you wrote", problem)); return; }
  told();
  reachable ||= navigator.onLine;
  await showSync();
  await send(true);
  if (!db) return;
  trouble((await waiting()).some((row) => row.problem) ? "It is not handed in yet: see what the server did not take." : "It is not handed in yet: it waits on this phone for a network. You can close this page and come back.");
}

function submissionOf(fields) {
  const body = { marks: {}, praise: fields.praise, failure: fields.failure }, currency = (fields.currency ?? "").trim().toUpperCase();
  for (const [name, value] of Object.entries(fields)) if (name.startsWith("mark.")) body.marks[name.slice(5)] = value;
  if (fields.solved) body.solved = fields.solved === "yes";
  if (fields.spent?.trim()) {
    if (!/^[A-Z]{3}$/.test(currency)) throw new Error("Write the currency with three letters, such as EUR.");
    body.spent = moneyOf(fields.spent, currency, new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits);
  }
  return body;
}

// queueSubmission hands in once all that this phone wrote is there: it names every key. One waits at a time, from whichever tab.
const queueSubmission = () => touch("end.", async (draft, outbox) => {
  const rows = await asked(outbox.getAll());
  for (const row of rows) if (row.kind === "submit" && !row.sent) outbox.delete(row.key);
  const keys = (type) => rows.filter((row) => row.type === type && row.kind !== "submit").map((row) => row.key);
  outbox.put({ key: newKey(), type: "note", kind: "submit", step: "", body: { ...submissionOf(draft.fields), messages: keys("note"), pieces: keys("piece") }, written: Date.now() });
});

// renewSubmission: what was handed in, and has not arrived whole, names what is there now.
async function renewSubmission() {
  if ((await look("outbox")).some((row) => row.kind === "submit")) await queueSubmission();
}

async function stopWalk(forget) {
  try {
    await change(async (drafts, outbox) => {
      if (forget) { drafts.clear(); outbox.clear(); }
      drafts.put({ part: "stop.", stop: { forget } });
    });
  } catch (problem) { trouble(notKept("your wish", problem)); return; }
  told();
  await send(true);
  if (db) showStopped();
}

function showStopped() {
  $("[data-over-heading]").textContent = "You stopped this walk";
  $("[data-over-text]").textContent = "It is noted on this phone. The server hears of it as soon as there is a network: leave this page open, or open it again later.";
  showPart("over.", false);
  showSync();
}

/* Start. */

async function refresh() {
  if (!db) return;
  const drafts = await look("drafts");
  if (drafts.some((draft) => draft.stop)) { showStopped(); return; }
  for (const form of forms()) {
    const part = form.dataset.form ?? "end.", section = form.closest(".part"), draft = drafts.find((d) => d.part === part);
    // What was typed here stands, unless the server has something newer, from another device.
    const newer = draft?.typed || draft?.fields && (part === "end." || draft.revision >= Number(section.dataset.revision));
    if (newer && !typing.has(part) && !form.contains(document.activeElement)) putFields(form, draft.fields);
    if (section.dataset.step) { showClock(section, draft); await showPieces(section); }
  }
  await showSync();
}

function listen() {
  addEventListener("click", async (event) => {
    const link = event.target.closest("[data-to]");
    if (link && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if ("back" in link.dataset) showPart(await back());
      else if ("begin" in link.dataset) showPart((await walked()).at(-1));
      else showPart(link.dataset.to);
    }
  });
  addEventListener("popstate", () => showPart(new URLSearchParams(location.search).get("at") ?? "brief.", false));
  for (const form of forms()) {
    form.addEventListener("input", (event) => { if (event.target.type !== "file") typed(form); });
    form.addEventListener("submit", (event) => { event.preventDefault(); if (form.dataset.form) saveStep(form, event.submitter?.value ?? "done"); else handIn(form); });
  }
  $("form[data-stop]").addEventListener("submit", (event) => { event.preventDefault(); stopWalk(event.submitter?.value === "yes"); });
  for (const section of $$("[data-step]")) {
    $("[data-start]", section).addEventListener("click", () => clock(section, (draft) => { draft.started = Date.now(); delete draft.halted; }));
    $("[data-halt]", section).addEventListener("click", () => clock(section, (draft) => { draft.halted ??= Date.now(); }));
    for (const button of $$("[data-fill]", section)) button.addEventListener("click", () => {
      const { started, halted } = clocks.get(section), input = $("[data-seconds]", button.parentElement);
      input.value = Math.round(((halted ?? Date.now()) - started) / 1000);
      typed(button.form);
    });
    for (const input of $$("input[type=file]", section)) input.addEventListener("change", async () => {
      const files = [...input.files];
      input.value = "";
      for (const file of files) await addPiece(section, input.dataset.kind, input.dataset.kind === "voice" ? file : await shrunk(file));
    });
    for (const button of $$("[data-record]", section)) if (canRecord()) {
      button.hidden = false;
      button.parentElement.querySelector(".file").hidden = true;
      button.addEventListener("click", () => record(button));
    }
  }
  $("[data-send]").addEventListener("click", async () => { say("Sending"); await send(true); });
  addEventListener("online", () => send());
  addEventListener("offline", () => { reachable = false; showSync(); });
  addEventListener("pagehide", keepLast);
  document.addEventListener("visibilitychange", () => { if (document.hidden) forms().forEach(keepTyped); else send(); });
  if (tabs) tabs.onmessage = () => (db ? refresh() : null);
}

async function start() {
  document.body.classList.add("scripted");
  try { db = await openDatabase(); } catch {
    document.body.classList.remove("scripted");
    $("[data-forgetful]").hidden = false;
    return; // the forms work as they are, with a network
  }
  listen();
  reachable = navigator.onLine;
  await takeLast();
  await refresh();
  if (root.dataset.at !== "over.") {
    const asks = new URLSearchParams(location.search).get("at");
    const way = await walked(), begun = (await look("drafts")).some((draft) => draft.kept || draft.opened);
    if (!(await look("drafts")).some((draft) => draft.stop)) showPart(asks && $(`[data-part="${CSS.escape(asks)}"]`) ? asks : begun ? way.at(-1) : root.dataset.at, false);
  }
  if (!isSecureContext) $("[data-insecure]").hidden = false;
  else navigator.serviceWorker?.register(root.dataset.path + "worker.js", { scope: root.dataset.path, updateViaCache: "none" }).catch(() => {}); // it works online all the same
  root.dataset.ready = "";
  send();
}

// A walk that is over leaves nothing on this phone, unless something was never sent: that is said.
async function leave() {
  const there = await indexedDB.databases?.();
  if (there && !there.some(({ name }) => name === database)) { await forgetAll(); over.dataset.ready = ""; return; }
  try { db = await openDatabase(); } catch { return; }
  const rows = "forget" in over.dataset ? [] : await waiting();
  if (!rows.length) { await forgetAll(); over.dataset.ready = ""; return; }
  $("[data-leftover-text]", over).textContent = many(rows.length, "note, photo or recording is", "notes, photos or recordings are") + " still on this phone.";
  $("[data-leftover]", over).hidden = false;
  $("[data-leftover-remove]", over).addEventListener("click", async () => { await forgetAll(); $("[data-leftover]", over).hidden = true; });
  over.dataset.ready = "";
}

if (root) start();
else if (over) leave();
