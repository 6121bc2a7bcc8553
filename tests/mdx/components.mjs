// What the components of Docusaurus and of platforms of MDX show, without what makes them work: a title, then children.

import { Children, createElement as h, Fragment, isValidElement } from "react";

const shown = (...titles) =>
  function Shown(properties) {
    const words = titles.map((title) => title(properties)).filter(Boolean);
    return h("div", null, ...words.map((word) => h("p", null, word)), h("div", null, properties.children));
  };
const of = (name) => (properties) => properties[name];
const or = (name, other) => (properties) => properties[name] ?? other;
const capital = (word) => word.replace(/^./, (c) => c.toUpperCase());

function Tabs({ values, children }) {
  const labels = new Map((values ?? []).map(({ value, label }) => [value, label]));
  return Children.map(children, (child) => {
    if (!isValidElement(child)) return child;
    const { label, title, value } = child.props;
    const words = labels.get(value) ?? label ?? title ?? value;
    return h("div", null, h("p", null, words), h("div", null, child.props.children));
  });
}

function Field(properties) {
  const name = properties.path ?? properties.query ?? properties.body ?? properties.header ?? properties.name;
  const flags = ["required", "deprecated"].filter((flag) => properties[flag]);
  const initial = properties.default === undefined ? [] : [`default: ${properties.default}`];
  return h(
    "div",
    null,
    h("p", null, [name, properties.type, ...flags, ...initial].filter(Boolean).join(" ")),
    properties.children,
  );
}

const nothing = () => null;
const children = (properties) => h(Fragment, null, properties.children);
const inline = (properties) => h("span", null, properties.children);

const KNOWN = {
  Tabs,
  TabItem: shown(),
  Tab: shown(),
  Admonition: shown((properties) => properties.title ?? capital(properties.type)),
  Details: shown(of("summary")),
  CodeBlock: ({ title, children }) => h("div", null, title && h("p", null, title), h("pre", null, h("code", null, children))),
  Link: inline,
  Translate: inline,
  Visibility: ({ for: whom, children }) => (whom === "agents" ? null : h("span", null, children)),
  Tooltip: inline,
  Badge: inline,
  BrowserOnly: nothing,
  Head: nothing,
  Icon: nothing,
  TOCInline: nothing,
  DocCardList: nothing,
  Note: shown(or("title", "Note")),
  Tip: shown(or("title", "Tip")),
  Check: shown(or("title", "Tip")),
  Info: shown(or("title", "Info")),
  Warning: shown(or("title", "Warning")),
  Danger: shown(or("title", "Danger")),
  Accordion: shown(of("title")),
  Expandable: shown(of("title")),
  Step: shown(of("title")),
  Card: shown(of("title")),
  Update: shown(of("label"), of("description")),
  Frame: ({ caption, children }) => h("figure", null, children, caption && h("figcaption", null, caption)),
  ParamField: Field,
  ResponseField: Field,
};

// Platforms know these without an import, in parts, too.
export const useMDXComponents = () => KNOWN;

export const known = (name) => KNOWN[name] ?? children;
