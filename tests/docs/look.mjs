// Visits every page of the site in a headless Chromium, at the widths and in the colours in which it is read, and prints
// what is wrong as JSON. Usage: node look.mjs ADDRESS TEMPORARY_FOLDER [--pictures FOLDER] PAGE...
//
// The browser comes from a package, with its libraries and fonts. It unpacks them where temporary files go, and the
// libraries only where it takes itself to be in Lambda; both are said before it is loaded.
import { createRequire } from "node:module";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

const [address, folder, ...rest] = process.argv.slice(2);
const pictures = rest[0] === "--pictures" ? rest.splice(0, 2)[1] : null;
process.env.TMPDIR = folder;
process.env.AWS_EXECUTION_ENV = "AWS_Lambda_nodejs22.x";

const require = createRequire(new URL("../node/package.json", import.meta.url));
const { default: chromium } = await import(require.resolve("@sparticuz/chromium"));
const { chromium: driver } = require("playwright-core");

const WIDTHS = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };
const COLOURS = ["light", "dark"];
const LONGEST = 20_000;

const problems = [];
const told = new Set();
const tell = (page, what) => {
  const problem = `${page}: ${what}`;
  if (!told.has(problem)) problems.push(problem);
  told.add(problem);
};

// What a page looks like, measured in the page.
const measure = (withContrast) => {
  const root = document.documentElement;
  // Tables and code scroll in boxes of their own. The document does not scroll to the side, nor does what the theme has
  // around a page, which would hide that something is too wide.
  const wide = [root, ...document.querySelectorAll("body *")].filter((each) => {
    if (each.clientWidth === 0 || each.scrollWidth <= each.clientWidth + 1) return false;
    return each === root || (/auto|scroll/.test(getComputedStyle(each).overflowX) && !each.matches(".table-wrapper, pre"));
  });
  const channels = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = ([red, green, blue]) => {
    const linear = (value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  };
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = channels(getComputedStyle(each).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  // https://www.w3.org/TR/WCAG22/#contrast-minimum
  const faint = new Set();
  const texts = "article p, article li, article td, article h1, article h2, article a, .sidebar-tree a";
  for (const each of withContrast ? document.querySelectorAll(texts) : []) {
    if (!each.textContent.trim() || each.getBoundingClientRect().width === 0) continue;
    const pair = [luminance(channels(getComputedStyle(each).color)), luminance(behind(each))].sort((a, b) => b - a);
    const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (ratio < 4.5) faint.add(`<${each.localName}> of ${each.className || "the text"} at ${ratio.toFixed(1)}`);
  }
  return {
    wide: wide.map((each) => `<${each.localName} class="${each.className}"> of ${each.scrollWidth} in ${each.clientWidth}`),
    faint: [...faint].slice(0, 3),
    behind: channels(getComputedStyle(document.body).backgroundColor).join(),
    images: [...document.images].filter((each) => each.complete && !each.naturalWidth).map((each) => each.src),
  };
};

chromium.setGraphicsMode = false;
const browser = await driver.launch({
  executablePath: await chromium.executablePath(),
  args: chromium.args,
  headless: true,
  timeout: 60_000,
});
try {
  const page = await browser.newPage({ viewport: WIDTHS.desktop });
  page.setDefaultTimeout(LONGEST);
  let here = "";
  page.on("console", (message) => message.type() === "error" && tell(here, `console: ${message.text()}`));
  page.on("pageerror", (error) => tell(here, `script: ${error.message}`));
  page.on("requestfailed", (request) => tell(here, `not loaded: ${request.url()}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(address) && !request.url().startsWith("data:")) tell(here, `asks ${request.url()}`);
  });
  page.on("response", (response) => response.status() >= 400 && tell(here, `${response.status()}: ${response.url()}`));

  for (const name of rest) {
    here = name;
    await page.goto(`${address}/${name}`, { waitUntil: "load" });
    // The browser's own fonts have none of one width, which is wider than what it takes instead.
    await page.addStyleTag({ content: "code, pre, .sig { letter-spacing: 0.08em; }" });
    for (const [device, size] of Object.entries(WIDTHS)) {
      await page.setViewportSize(size);
      const shades = new Set();
      for (const colours of COLOURS) {
        await page.emulateMedia({ colorScheme: colours });
        const seen = await page.evaluate(measure, device === "desktop");
        const at = `${device}, ${colours}`;
        for (const each of seen.wide) tell(name, `${at}: too wide: ${each}`);
        for (const each of seen.faint) tell(name, `${at}: hard to read: ${each}`);
        for (const each of seen.images) tell(name, `${at}: no picture: ${each}`);
        shades.add(seen.behind);
        if (pictures) {
          const file = `${name.replaceAll("/", "-").replace(".html", "")}-${device}-${colours}.png`;
          mkdirSync(pictures, { recursive: true });
          await page.screenshot({ path: join(pictures, file) });
        }
      }
      if (shades.size !== COLOURS.length) tell(name, `${device}: light and dark look alike`);
    }
  }

  // On a phone the contents open by a button.
  here = "index.html";
  await page.goto(`${address}/index.html`);
  await page.setViewportSize(WIDTHS.phone);
  await page.locator("label.nav-overlay-icon").first().click();
  const contents = page.locator(".sidebar-tree a", { hasText: "Rules" }).first();
  await contents.waitFor({ state: "visible" });

  const found = {};
  for (const asked of (process.env.SEARCHES ?? "").split(",").filter(Boolean)) {
    here = `search.html?q=${asked}`;
    await page.goto(`${address}/${here}`);
    await page.locator("#search-results ul.search li a").first().waitFor();
    // The results show a part of each page, which is asked for.
    await page.waitForLoadState("networkidle");
    found[asked] = await page.locator("#search-results ul.search li a").evaluateAll((links) => links.map((a) => a.href));
  }
  console.log(JSON.stringify({ problems, found, visited: rest.length }));
} finally {
  await browser.close();
}
