// One line to the server for all open pages, since a browser has few lines to one server. It runs as a shared worker.
// A page says its path, and nothing when it leaves; it hears its news, and nothing when the line is broken.
(() => {
  "use strict";
  const pages = new Map(); // from a page's port to its path
  const latest = new Map(); // from a path to its news; only what the present line has told
  let line, soon;

  function hangUp() {
    line?.close();
    line = undefined;
    latest.clear();
  }
  function dial() {
    hangUp();
    if (!pages.size) return;
    const paths = [...new Set(pages.values())];
    line = new EventSource("events?" + paths.map((path) => "page=" + encodeURIComponent(path)).join("&"));
    line.onmessage = (event) => {
      const news = JSON.parse(event.data);
      latest.set(news.path, news);
      for (const [port, path] of pages) if (path === news.path) port.postMessage(news);
    };
    line.onerror = () => {
      latest.clear();
      for (const port of pages.keys()) port.postMessage(null);
      if (line.readyState === EventSource.CLOSED) later(1000);
    };
  }
  function later(wait) {
    clearTimeout(soon);
    soon = setTimeout(dial, wait);
  }
  function come(port, path) {
    pages.set(port, path);
    const news = latest.get(path);
    if (news) port.postMessage(news); else later(0);
  }
  function leave(port) {
    pages.delete(port);
    if (!pages.size) hangUp();
  }
  onconnect = ({ ports: [port] }) => {
    port.onmessage = ({ data: path }) => path === null ? leave(port) : come(port, path);
  };
})();
