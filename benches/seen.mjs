// Opens pages in Chromium, each in a window of its own, and prints when a mark (`Mark7x`) can first be seen on one:
//   node benches/seen.mjs URL…      → {"page": 1, "mark": "Mark7x", "at": 1700000000123.4} a line, `at` in ms since 1970
// `benches/peers.py --browser` starts it. Needs `npm ci --ignore-scripts --prefix tests/browser`.
import { launch } from "../tests/browser/site.mjs";

const browser = await launch();
const said = new Set();
/** Runs in each document, again after each reload: looks at the text before the frame is drawn that shows a change of it. */
const look = () => {
  let waits = false;
  const frame = () => {
    waits = false;
    const marks = document.body?.textContent.match(/Mark\d+x/g);
    if (marks) window.seen(marks.at(-1), performance.timeOrigin + performance.now());
  };
  new MutationObserver(() => {
    if (!waits) requestAnimationFrame(frame);
    waits = true;
  }).observe(document, { childList: true, characterData: true, subtree: true });
};
for (const [index, url] of process.argv.slice(2).entries()) {
  const page = await (await browser.newContext()).newPage();
  await page.exposeFunction("seen", (mark, at) => {
    if (said.has(`${index} ${mark}`)) return;
    said.add(`${index} ${mark}`);
    console.log(JSON.stringify({ page: index, mark, at }));
  });
  await page.addInitScript(look);
  await page.goto(url);
}
console.log("ready");
process.stdin.on("end", () => browser.close()).resume();
