// Pictures of the main pages, for the README and for looking: `just pictures`.
//   SITE=folder OUT=folder node pictures.mjs [name…]
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { launch, serve } from "./site.mjs";

const out = process.env.OUT, wanted = process.argv.slice(2);
const model = "models/deepseek-ai/deepseek-v3.2/";
const pages = {
  home: [""],
  builder: ["?model=deepseek-ai/DeepSeek-V3.2&hardware=H200"],
  guide: ["guide/parallelism/"],
  model: [model],
  matrix: ["models/"],
  search: ["guide/parallelism/", async (page) => {
    await page.keyboard.press("/");
    await page.locator("[role=combobox]").fill("expert par");
    await page.locator("[role=option]").first().waitFor();
    await page.locator("[role=listbox][aria-busy=false]").waitFor();
  }],
};
const sizes = { wide: { width: 1280, height: 860 }, phone: { width: 390, height: 844 } };

await mkdir(out, { recursive: true });
const server = await serve(process.env.SITE, process.env.BASE ?? "/"), browser = await launch();
for (const [size, viewport] of Object.entries(sizes)) for (const colorScheme of ["light", "dark"]) {
  const context = await browser.newContext({ viewport, colorScheme, reducedMotion: "reduce", hasTouch: size === "phone" });
  for (const [name, [path, act]] of Object.entries(pages)) {
    const file = `${name}-${size}-${colorScheme}.png`;
    if (wanted.length && !wanted.some((word) => file.includes(word))) continue;
    const page = await context.newPage();
    await page.goto(server.url + path, { waitUntil: "networkidle" });
    await act?.(page);
    await page.screenshot({ path: join(out, file), animations: "disabled" });
    await page.close();
  }
  await context.close();
}
await browser.close();
server.close();
