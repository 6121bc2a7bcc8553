// Keeps an open page the same as its source, and shows what was found in it.
(() => {
  "use strict";
  const own = document.currentScript;
  let page = own.dataset.page;
  const styles = own.dataset.styles ? own.dataset.styles.split(" ") : [];
  const store = {
    get(key) { try { return JSON.parse(sessionStorage.getItem("shardbook-" + key)); } catch { return null; } },
    set(key, value) { try { sessionStorage.setItem("shardbook-" + key, JSON.stringify(value)); } catch { /* private */ } },
  };
  const here = location.pathname;

  // ---- What a reload must not lose: the place, open details and chosen tabs
  const details = () => [...document.querySelectorAll("details")];
  const tabs = () => [...document.querySelectorAll("[role=tab]")];
  const fields = () => [...document.querySelectorAll("input:not([type=password]), select, textarea")];
  let recalled = false;
  // What this page had no place for, such as one whose file was half written; the next one may have.
  let unmet = {};
  function remember() {
    // A page that is reloaded before it was ready leaves what it was to recall.
    if (!recalled && store.get("view")?.here === here) return;
    const y = scrollY === unmet.reached ? unmet.y : scrollY;
    store.set("view", {
      here, x: scrollX, y,
      details: unmet.details ?? details().map((box) => box.open),
      tabs: unmet.tabs ?? tabs().map((tab) => tab.getAttribute("aria-selected") === "true"),
      fields: unmet.fields ?? fields().map((field) => /^(checkbox|radio)$/.test(field.type) ? field.checked : field.value),
    });
  }
  function recall() {
    const view = store.get("view");
    recalled = true;
    // Only then, since the browser looks at this after the page is ready.
    setTimeout(() => { history.scrollRestoration = "auto"; }, 500);
    store.set("view", null);
    if (!view || view.here !== here) return;
    const all = (name, now, put) => {
      if (now.length === view[name].length) now.forEach((one, index) => put(one, view[name][index]));
      else unmet[name] = view[name];
    };
    all("details", details(), (box, open) => { box.open = open; });
    all("tabs", tabs(), (tab, chosen) => { if (chosen && tab.getAttribute("aria-selected") !== "true") tab.click(); });
    all("fields", fields(), (field, value) => {
      const name = typeof value === "boolean" ? "checked" : "value";
      if (field[name] === value) return;
      field[name] = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
    const go = () => scrollTo({ left: view.x, top: view.y, behavior: "instant" });
    go();
    // Once more when the page has settled, since the browser moves it along with what grows above.
    requestAnimationFrame(() => requestAnimationFrame(go));
    if (scrollY < view.y) Object.assign(unmet, { y: view.y, reached: scrollY });
  }
  // The browser would put the page back to what stood there, at a moment of its own.
  function reload() { remember(); history.scrollRestoration = "manual"; location.reload(); }

  // ---- Styles change places without a reload; the old one goes when the new one is there
  function restyle(sheets) {
    const links = [...document.querySelectorAll("link[rel=stylesheet]")].filter((link) => !link.dataset.leaves);
    if (links.length !== sheets.length) return reload();
    sheets.forEach((sheet, index) => {
      if ((sheet.hash || "-") === styles[index]) return;
      styles[index] = sheet.hash || "-";
      const old = links[index], next = old.cloneNode();
      next.href = sheet.href + (sheet.href.includes("?") ? "&" : "?") + sheet.hash;
      old.dataset.leaves = "";
      next.onload = next.onerror = () => old.remove();
      old.after(next);
    });
  }

  // ---- The overlay, in a tree of its own so that the site's styles don't reach it
  const look = `:host{all:initial}*{box-sizing:border-box}
.back{position:fixed;inset:0;z-index:2147483647;display:flex;align-items:flex-start;justify-content:center;padding:4vh 1rem;background:#0008;overflow:auto}
.box{width:min(62rem,100%);border-radius:10px;background:#16181d;color:#e6e8ec;font:14px/1.5 system-ui,sans-serif;box-shadow:0 12px 48px #000a}
header{display:flex;gap:1rem;align-items:baseline;padding:.8rem 1.2rem;border-bottom:1px solid #2c3038}h2{margin:0;flex:1;font-size:15px}
article{padding:.9rem 1.2rem;border-bottom:1px solid #2c3038}article:last-child{border:0}h3{margin:0 0 .2rem;font-size:14px;font-weight:600}
p{margin:0;color:#a9b0bc}pre{margin:.6rem 0 0;padding:.7rem .9rem;overflow:auto;border-radius:6px;background:#0d0f12;font:12.5px/1.45 ui-monospace,monospace}
.tag{margin-right:.5rem;padding:0 .4rem;border-radius:4px;font-size:12px;color:#111}.error{background:#ff8a80}.warning{background:#ffd166}.note{background:#8ecae6}
button{font:inherit;color:inherit;background:#2c3038;border:0;border-radius:6px;padding:.2rem .7rem;cursor:pointer}button:focus-visible{outline:2px solid #8ecae6}
.badge{position:fixed;right:1rem;bottom:1rem;z-index:2147483646;display:flex;gap:.5rem;font:13px/1.4 system-ui,sans-serif;color:#e6e8ec}
.badge>*{box-shadow:0 4px 16px #0007;background:#16181d;border-radius:6px;padding:.35rem .8rem}`;
  let host, root;
  let findings = [], elsewhere = 0, said = "", open = false;
  function el(name, properties, ...children) {
    const node = Object.assign(document.createElement(name), properties);
    node.append(...children);
    return node;
  }
  function draw() {
    if (!host) {
      host = el("shardbook-findings", {});
      root = host.attachShadow({ mode: "open" });
    }
    const hadFocus = root.activeElement;
    root.replaceChildren(el("style", { textContent: look }));
    const nothing = !findings.length && !elsewhere && !said;
    if (nothing) { host.remove(); return; }
    if (!host.isConnected) document.body.append(host);
    if (open && findings.length) {
      const close = el("button", { type: "button", textContent: "Close", title: "Esc", onclick: dismiss });
      const box = el("div", { className: "box", role: "dialog" }, el("header", {}, el("h2", { id: "t", textContent: count(findings.length) }), close));
      box.setAttribute("aria-labelledby", "t");
      for (const item of findings) {
        const tag = el("span", { className: "tag " + item.level, textContent: item.level });
        const article = el("article", {}, el("h3", {}, tag, item.message), el("p", { textContent: [item.rule, item.place].filter(Boolean).join(" · ") }));
        if (item.frame) article.append(el("pre", { textContent: item.frame, tabIndex: 0 }));
        box.append(article);
      }
      const back = el("div", { className: "back", onclick: (event) => { if (event.target === back) dismiss(); } }, box);
      root.append(back);
      if (!hadFocus && document.activeElement === document.body) close.focus({ preventScroll: true });
      return;
    }
    const badge = el("div", { className: "badge", role: "status" });
    if (said) badge.append(el("span", { textContent: said }));
    const words = [findings.length && count(findings.length), elsewhere && `${elsewhere} in other files`].filter(Boolean).join(", ");
    if (words) {
      const level = findings.some((item) => item.level === "error") ? "error" : findings.length ? "warning" : "note";
      badge.append(el("button", { type: "button", disabled: !findings.length, onclick: () => { open = true; draw(); } },
        el("span", { className: "tag " + level, textContent: "!" }), words));
    }
    root.append(badge);
  }
  const count = (number) => number === 1 ? "1 finding" : `${number} findings`;
  const key = () => findings.map((item) => [item.rule, item.message, item.place].join("\n")).join("\n\n");
  function dismiss() {
    open = false;
    store.set("dismissed", { here, key: key() });
    draw();
  }
  addEventListener("keydown", (event) => { if (open && event.key === "Escape") { event.stopPropagation(); dismiss(); } }, true);

  // ---- The line to the server: a shared worker's where there are such, else the page's own. A hidden page hangs up
  let line, again;
  function listen() {
    if (line || document.hidden) return;
    if (typeof SharedWorker === "function") shareLine(); else ownLine();
  }
  function shareLine() {
    const { port } = new SharedWorker("/__shardbook/line.js");
    port.onmessage = ({ data: news }) => news ? hear(news) : lost();
    port.postMessage(path());
    line = { close() { port.postMessage(null); port.close(); } };
  }
  function ownLine() {
    const own = line = new EventSource("/__shardbook/events?page=" + encodeURIComponent(path()));
    own.onmessage = (event) => hear(JSON.parse(event.data));
    own.onerror = () => {
      lost();
      if (own.readyState === EventSource.CLOSED) { hangUp(); again = setTimeout(listen, 1000); }
    };
  }
  function lost() {
    said = "The preview is not running";
    draw();
  }
  function path() { try { return decodeURIComponent(here); } catch { return here; } }
  function hangUp() {
    clearTimeout(again);
    line?.close();
    line = undefined;
  }
  function hear(news) {
    if (page && news.page === null) said = "This page is gone: its file was deleted or renamed";
    else if ((news.page || "") !== page) return reload();
    else { said = ""; restyle(news.styles); }
    const before = key();
    findings = news.findings;
    elsewhere = news.elsewhere;
    const dismissed = store.get("dismissed");
    const known = dismissed && dismissed.here === here && dismissed.key === key();
    const grave = findings.some((item) => item.level === "error");
    open = grave && !known && (open || key() !== before || !before) || open && findings.length > 0 && !known;
    draw();
  }
  document.addEventListener("visibilitychange", () => document.hidden ? hangUp() : listen());
  addEventListener("pagehide", hangUp);
  addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
  if (document.readyState === "complete") recall(); else addEventListener("load", recall);
  listen();
})();
