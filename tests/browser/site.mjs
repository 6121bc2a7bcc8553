// What the scripts here share: the built site on a loopback port below its base path, and one Chromium.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { extname, join, normalize } from "node:path";
import { chromium } from "playwright-core";

const types = {
  ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".json": "application/json",
  ".svg": "image/svg+xml", ".xml": "application/xml", ".txt": "text/plain; charset=utf-8", ".md": "text/markdown; charset=utf-8",
};

/** Serves `folder` below `base` as a plain static host does: index files, and 404.html for what is not there. */
export async function serve(folder, base) {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://x").pathname);
    const answer = async (status, name) => {
      const bytes = await readFile(join(folder, name));
      response.writeHead(status, { "content-type": types[extname(name)] ?? "application/octet-stream" }).end(bytes);
    };
    try {
      if (!path.startsWith(base)) throw new Error("outside of the site");
      const inside = normalize(path.slice(base.length)).replace(/^\.\.\//, "");
      await answer(200, inside === "." || inside.endsWith("/") ? join(inside, "index.html") : inside);
    } catch {
      await answer(404, "404.html").catch(() => response.writeHead(404).end());
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { url: `http://127.0.0.1:${server.address().port}${base}`, close: () => { server.closeAllConnections(); server.close(); } };
}

/** Where Chromium is, if it is anywhere. */
export const chromiumPath = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => path && existsSync(path));

/** Starts Chromium so that it looks nothing up by itself. */
export const launch = () => chromium.launch({
  executablePath: chromiumPath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--force-color-profile=srgb", "--font-render-hinting=none"],
});
