// What an author sees in a browser beside the editor. `cargo test --test browser` runs this:
//   PROGRAM=path node --test preview.mjs
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { launch } from "./site.mjs";

const root = mkdtempSync(join(tmpdir(), "preview-"));
const put = (path, text) => { const at = join(root, path); mkdirSync(dirname(at), { recursive: true }); writeFileSync(at, text); };
const text = (title, body) => `---\ntitle: ${title}\ndescription: D\n---\n\n${body}\n`;
const tabs = "::::tabs\n:::tab First\nOf the first.\n:::\n:::tab Second\nOf the second.\n:::\n::::\n";
const parts = Array.from({ length: 60 }, (_, index) => `## Part ${index}\n\nText of ${index}.\n`).join("\n");
const long = (word, more = "") => put("content/guide/long.md", text("Long", `${more}\n\n:::details More\nInside.\n:::\n\n${tabs}\nThe word is ${word}.\n\n${parts}`));

let server, port, browser, page;
/** Starts the program; a port that was free once is taken again. */
async function start() {
  server = spawn(process.env.PROGRAM, ["serve", "--port", String(port ?? 0), "--root", root], { stdio: ["ignore", "ignore", "pipe"] });
  for await (const piece of server.stderr.setEncoding("utf8").iterator({ destroyOnReturn: false })) {
    const found = /serving http:\/\/127\.0\.0\.1:(\d+)/.exec(piece);
    if (found) { port = found[1]; break; }
  }
  server.stderr.resume();
}
const stop = () => new Promise((done) => { server.once("exit", done); server.kill("SIGTERM"); });
const until = (what, argument) => page.waitForFunction(what, argument, { polling: 20 });
const has = (word) => until((word) => document.querySelector("main")?.textContent.includes(word), word);
/** What stands over the page: the words of the box or the badge, without styles. */
const over = (selector) => page.evaluate((selector) => document.querySelector("shardbook-findings")?.shadowRoot.querySelector(selector)?.textContent ?? "", selector);
const shows = (selector, word = "") => until(([selector, word]) => document.querySelector("shardbook-findings")?.shadowRoot.querySelector(selector)?.textContent.includes(word), [selector, word]);
const clear = () => until(() => !document.querySelector("shardbook-findings"));
const mark = () => page.evaluate(() => { window.sameDocument = true; });
const isSame = () => page.evaluate(() => window.sameDocument === true);

before(async () => {
  put("site.yaml", "title: T\n");
  put("content/index.md", text("Home", "[Long](/guide/long.md)"));
  long("zero");
  await start();
  browser = await launch();
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(20_000);
  await page.goto(`http://127.0.0.1:${port}/guide/long/`);
});
after(async () => { await browser?.close(); server?.kill(); rmSync(root, { recursive: true, force: true }); });

describe("an open page", () => {
  test("shows an edit, and keeps its place, open details and chosen tabs", async () => {
    await page.locator("main details").first().evaluate((box) => { box.open = true; });
    await page.getByRole("tab", { name: "Second" }).click();
    await page.evaluate(() => scrollTo({ top: 1500, behavior: "instant" }));
    long("one");
    await has("The word is one.");
    // The browser itself moves it by up to a line for the boxes that opened above.
    await until(() => Math.abs(scrollY - 1500) < 10);
    assert.ok(await page.locator("main details").first().evaluate((box) => box.open));
    assert.equal(await page.getByRole("tab", { name: "Second" }).getAttribute("aria-selected"), "true");
  });
  test("keeps them over a moment in which its file is half written", async () => {
    await page.evaluate(() => scrollTo({ top: 1400, behavior: "instant" }));
    put("content/guide/long.md", text("Long", "Half."));
    await has("Half.");
    long("one");
    await has("The word is one.");
    await until(() => Math.abs(scrollY - 1400) < 10);
    assert.ok(await page.locator("main details").first().evaluate((box) => box.open));
    assert.equal(await page.getByRole("tab", { name: "Second" }).getAttribute("aria-selected"), "true");
  });
  test("gets new styles without a reload", async () => {
    await mark();
    put("static/site.css", "body { background: rgb(1, 2, 3) !important }");
    await until(() => getComputedStyle(document.body).backgroundColor === "rgb(1, 2, 3)");
    rmSync(join(root, "static/site.css"));
    await until(() => getComputedStyle(document.body).backgroundColor !== "rgb(1, 2, 3)");
    assert.ok(await isSame());
  });
  test("shows findings over the last good version, until they are closed or mended", async () => {
    await mark();
    long("two", "[Nowhere](nowhere.md)\n\n```bash\npython -m sglang.launch_server --model-path m --tp-sise 2\n```");
    await shows(".box", "--tp-sise");
    const words = await over(".box");
    for (const word of ["link/broken-page", "content/guide/long.md:6:11", "cli/unknown-flag", "did you mean `--tp-size`", "^^^^"]) {
      assert.ok(words.includes(word), `${word} is not in ${words}`);
    }
    assert.ok(await isSame() && (await page.locator("main").textContent()).includes("The word is one."), "the last good version stays");
    await page.keyboard.press("Escape");
    await shows(".badge", "2 findings");
    long("three");
    await has("The word is three.");
    await clear();
  });
  test("has a badge for what is no error", async () => {
    long("four", "```bash\npython -m sglang.launch_server --model-path m --tp-size 2 --dp-size 2\n```");
    await has("The word is four.");
    await shows(".badge", "1 finding");
    assert.equal(await over(".box"), "");
    long("five");
    await has("The word is five.");
    await clear();
  });
  test("says that its file is gone, and comes back", async () => {
    const [here, away] = ["content/guide/long.md", "content/guide/.away"].map((path) => join(root, path));
    renameSync(here, away);
    await shows(".badge", "This page is gone");
    renameSync(away, here);
    await clear();
  });
  test("says that the server is gone, and catches up when it is back", async () => {
    await stop();
    await shows(".badge", "not running");
    long("six");
    await start();
    await has("The word is six.");
    await clear();
  });
  test("appears where there was none", async () => {
    await page.goto(`http://127.0.0.1:${port}/guide/new/`);
    put("content/guide/new.md", text("New", "It is written."));
    await has("It is written.");
  });
  // A browser has six lines to one server; pages in windows side by side are all visible.
  test("shares its line with as many others as there are", async () => {
    const others = [];
    for (let index = 0; index < 10; index++) {
      const other = await browser.newPage();
      other.setDefaultTimeout(20_000);
      await other.goto(`http://127.0.0.1:${port}/guide/${index % 2 ? "long" : "new"}/`);
      others.push(other);
    }
    long("seven");
    put("content/guide/new.md", text("New", "It is written seven times."));
    for (const other of others) {
      await other.waitForFunction(() => document.querySelector("main")?.textContent.includes("seven"), undefined, { polling: 20 });
      await other.close();
    }
  });
});
