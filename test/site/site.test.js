// Looks at the site with Chromium, as a reader does who has it on disk: on a phone and
// on a desk, in light and in dark.
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const site = fileURLToPath(new URL("../../bin/site/", import.meta.url));
const pages = readdirSync(site, { recursive: true }).filter((name) => name.endsWith(".html")).sort();
const phone = { width: 390, height: 844 };
const desk = { width: 1280, height: 900 };
const addressOf = (name) => pathToFileURL(site).href + name;

const programs = ["chromium-headless-shell", "chromium", "google-chrome"].map((name) => "/usr/bin/" + name);
let browser;

before(async () => {
  const executablePath = process.env.CHROMIUM || programs.find((program) => existsSync(program));
  assert.ok(executablePath, "no Chromium: install Debian's chromium-headless-shell, or set CHROMIUM to a program");
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-quic"] });
});
after(() => browser?.close());

// open opens a page of the site. What it asks of the net, and what its script stumbles
// over, fails the test.
async function open(t, name, options) {
  const context = await browser.newContext(options);
  t.after(() => context.close());
  const page = await context.newPage();
  const wrong = [];
  page.on("request", (request) => request.url().startsWith("file:") || wrong.push(request.url()));
  page.on("pageerror", (error) => wrong.push(String(error)));
  t.after(() => assert.deepEqual(wrong, []));
  await page.goto(addressOf(name));
  return page;
}

// search types into the search and returns the titles and addresses of what is found.
async function search(page, words) {
  await page.getByRole("searchbox").fill(words);
  await page.locator(".results :is(a, p)").first().waitFor();
  return page.locator(".results a").evaluateAll((links) => links.map((link) => [link.querySelector("b").textContent, link.href]));
}

test("the search finds fields, rules, commands and words", async (t) => {
  const page = await open(t, "lint/JG001.html", { viewport: desk });
  for (const [words, to] of [
    ["ttlSecondsAfterFinished", "language.html#spec.ttlSecondsAfterFinished"],
    ["volume configmap", "language.html#Volume.configMap"],
    ["JG036", "lint/JG036.html"],
    ["jobgen render", "cli.html#jobgen-render"],
    ["helm hook", "from-helm.html"],
    ["quickstart", "quickstart.html"],
  ]) {
    const found = await search(page, words);
    assert.ok(found.slice(0, 3).some(([, url]) => url.startsWith(addressOf(to))), `${words} finds ${JSON.stringify(found)}`);
  }
  assert.deepEqual(await search(page, "zebra crossing"), []);
  assert.equal(await page.locator(".results").textContent(), "Nothing found.");
});

test("the search works from the keyboard, on a phone", async (t) => {
  const page = await open(t, "index.html", { viewport: phone });
  await page.keyboard.press("/");
  await page.keyboard.type("podfailurepolicy");
  await page.locator(".results a").first().waitFor();
  const box = await page.locator(".results").boundingBox();
  assert.ok(box.x >= 0 && box.x + box.width <= phone.width, `the results are at ${JSON.stringify(box)}`);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL(/language\.html#spec\.podFailurePolicy/);
});

test("nothing hangs over the edge of a phone, or of a desk", async (t) => {
  assert.ok(pages.length > 60, `${pages.length} pages`);
  for (const viewport of [phone, desk]) {
    const page = await open(t, "index.html", { viewport });
    for (const name of pages) {
      await page.goto(addressOf(name));
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= viewport.width, `${name} is ${width} wide at ${viewport.width}`);
    }
  }
});

test("code and tables scroll by themselves", async (t) => {
  const page = await open(t, "comparison.html", { viewport: phone });
  for (const selector of ["pre", ".scroll"]) {
    const wide = await page.locator(selector).evaluateAll((all) =>
      all.filter((e) => e.scrollWidth > e.clientWidth).map((e) => getComputedStyle(e).overflowX));
    assert.ok(wide.length > 0 && wide.every((overflow) => overflow === "auto"), `${selector}: ${wide}`);
  }
});

// The contrast that WCAG asks of text, level AA.
const enough = 4.5;

test("everything can be read in light and in dark", async (t) => {
  const papers = new Set();
  for (const colorScheme of ["light", "dark"]) {
    const page = await open(t, "index.html", { viewport: desk, colorScheme });
    papers.add(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
    for (const name of ["index.html", "quickstart.html", "language.html", "comparison.html", "ci.html", "lint/index.html"]) {
      await page.goto(addressOf(name));
      assert.deepEqual(await page.evaluate(faint, enough), [], `${name} in ${colorScheme}`);
    }
  }
  assert.equal(papers.size, 2);
});

// faint lists texts of the page that stand out too little from what is behind them.
function faint(enough) {
  const parse = (color) => color.match(/[\d.]+/g).map(Number);
  const light = (color) => {
    const [r, g, b] = color.slice(0, 3).map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (; element; element = element.parentElement) {
      const color = parse(getComputedStyle(element).backgroundColor);
      if (color.length < 4 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || element.closest(".anchor, button, [hidden]")) continue;
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(behind(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < enough) found.add(`${element.className || element.tagName}: ${contrast.toFixed(1)}`);
  }
  return [...found];
}

test("what was typed is copied, without the prompt", async (t) => {
  const page = await open(t, "quickstart.html", { viewport: desk, permissions: ["clipboard-read", "clipboard-write"] });
  const block = page.locator(".code[data-language=console]").first();
  await block.hover();
  await block.getByRole("button").click();
  await block.getByText("Copied").waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "jobgen import job.yaml --out jobs\ncat jobs/report.yaml\n");
});
