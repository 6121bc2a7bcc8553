// Pages as modules: `.mdx` and `.md` are compiled as Docusaurus 3 does, or as platforms of plain MDX do.
//
// Registered as hooks of Node's module loader by `render.mjs`, so that pages import their parts as they do there. What
// the packages of a generator export is a component that shows its children; `components.mjs` has the known ones.

import { compile } from "@mdx-js/mdx";
import remarkComment from "@slorber/remark-comment";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import remarkDirective from "remark-directive";
import remarkGfm from "remark-gfm";
import remarkMath from "remark-math";
import { SKIP, visit } from "unist-util-visit";

const ADMONITIONS = ["secondary", "info", "success", "danger", "note", "tip", "warning", "important", "caution"];
const components = new URL("components.mjs", import.meta.url).href;

export async function resolve(specifier, context, next) {
  if (/\.(png|jpe?g|gif|svg|webp|avif|pdf)$/.test(specifier)) {
    return { url: `data:text/javascript,export default ${JSON.stringify(specifier)}`, shortCircuit: true };
  }
  const raw = specifier.startsWith("!!raw-loader!");
  const from = context.parentURL ?? "";
  if (/\.mdx?$/.test(from.split("?")[0])) {
    const path = specifier.replace("!!raw-loader!", "");
    if (path.startsWith(".")) {
      return { url: new URL(path, from).href + (raw ? "?raw" : ""), shortCircuit: true };
    }
    if (path.startsWith("/snippets/")) {
      return { url: new URL(`.${path}`, from).href, shortCircuit: true };
    }
    if (/^@(theme|docusaurus|site)\//.test(path)) {
      return { url: `${components}?name=${path.split("/").pop()}`, shortCircuit: true };
    }
    return next(specifier, { ...context, parentURL: import.meta.url });
  }
  return next(specifier, context);
}

export async function load(url, context, next) {
  const file = url.split("?")[0];
  if (url.endsWith("?raw")) {
    const text = await readFile(fileURLToPath(file), "utf8");
    return { format: "module", source: `export default ${JSON.stringify(text)}`, shortCircuit: true };
  }
  if (url.startsWith(`${components}?name=`)) {
    const name = url.split("?name=")[1];
    const source = `import { known } from ${JSON.stringify(components)}; export default known(${JSON.stringify(name)});`;
    return { format: "module", source, shortCircuit: true };
  }
  if (!/\.mdx?$/.test(file)) return next(url, context);
  const text = await readFile(fileURLToPath(file), "utf8");
  const source = await compiled(text, file.includes("/docusaurus/"));
  return { format: "module", source, shortCircuit: true };
}

async function compiled(text, docusaurus) {
  const body = text.replace(/^---\r?\n[^]*?\r?\n---[ \t]*(\r?\n|$)/, "");
  const plugins = docusaurus
    ? [remarkComment, remarkDirective, headingIds, admonitions, magicComments, unusedDirectives, remarkGfm, codeTitles(titleOfMeta)]
    : [remarkGfm, remarkMath, codeTitles((meta) => titleOfMeta(meta) ?? wordsOfMeta(meta))];
  const options = { remarkPlugins: plugins, providerImportSource: components };
  const file = await compile(docusaurus ? prepared(body) : body, options);
  return String(file);
}

// What Docusaurus does to the text before MDX reads it (`@docusaurus/mdx-loader`, `preprocessor.ts`, and
// `@docusaurus/utils`, `markdownUtils.ts`).
function prepared(text) {
  const titled = new RegExp(`^((?:> ?)*)([ \\t]+)?(:{3,}(?:${ADMONITIONS.join("|")})) +(.*)$`, "gm");
  return text
    .replace(/(^|\r?\n)(\x20*)(```+)(\x20*)mdx-code-block\r?\n([^]*?\r?\n)(\x20*)\3(?=\r?\n|$)/g, "$1$5")
    .replace(/(?:^|\n)#{1,6}(?!#).*/g, (heading) => heading.replace(/(?<!\\)\{#/g, "\\{#"))
    .replace(titled, (_, quote, indent, name, title) => `${quote ?? ""}${indent ?? ""}${name}[${title}]`);
}

function headingIds() {
  return (tree) =>
    visit(tree, "heading", (node) => {
      const last = node.children.at(-1);
      if (last?.type === "text") last.value = last.value.replace(/\s*\{#[\w-]+\}\s*$/, "");
    });
}

function admonitions() {
  return (tree) =>
    visit(tree, "containerDirective", (node) => {
      if (!ADMONITIONS.includes(node.name)) return;
      let label = node.children[0]?.data?.directiveLabel ? node.children.shift() : undefined;
      if (label?.children.length === 0) label = undefined;
      node.data = { hName: "div" };
      const title = label?.children ?? [{ type: "text", value: titleOf(node.name) }];
      node.children.unshift({ type: "paragraph", children: title });
    });
}

// Comments that mark lines of code are not shown.
function magicComments() {
  const comment = /^\s*(\/\/|#|\{?\/\*|<!--)\s*highlight-(next-line|start|end)\s*(\*\/\}?|-->)?\s*$/;
  return (tree) =>
    visit(tree, "code", (node) => {
      node.value = node.value.split("\n").filter((line) => !comment.test(line)).join("\n");
    });
}

// A title that nobody wrote.
function titleOf(name) {
  return ["secondary", "success"].includes(name) ? name : name.replace(/^./, (c) => c.toUpperCase());
}

// What looks like a directive in text, such as `localhost:port`, is text.
function unusedDirectives() {
  return (tree) =>
    visit(tree, "textDirective", (node, index, parent) => {
      if (node.children.length > 0 || Object.keys(node.attributes ?? {}).length > 0) return;
      parent.children[index] = { type: "text", value: `:${node.name}` };
    });
}

function titleOfMeta(meta) {
  return /title=(?:"([^"]*)"|'([^']*)')/.exec(meta)?.slice(1).find(Boolean);
}

function wordsOfMeta(meta) {
  const words = meta
    .replace(/\{[^}]*\}/g, " ")
    .split(/\s+/)
    .filter((word) => word && !word.includes("=") && !["wrap", "lines", "expandable"].includes(word));
  return words.join(" ") || undefined;
}

// A code block's title stands above it.
function codeTitles(titleOf) {
  return () => (tree) =>
    visit(tree, "code", (node, index, parent) => {
      const title = titleOf(node.meta ?? "");
      if (!title) return;
      parent.children.splice(index, 0, { type: "paragraph", children: [{ type: "text", value: title }] });
      return [SKIP, index + 2];
    });
}
