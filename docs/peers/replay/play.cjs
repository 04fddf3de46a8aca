// Plays recordings with the reference, @puppeteer/replay: a recording a line comes in, and
// {"ok", "error", "ms"} a line goes out. One browser is kept; each recording has a context
// of its own, as our robot's walks have. Its packages lie in $PEER_MODULES.
const { createRequire } = require("node:module");
const readline = require("node:readline");
const load = createRequire(process.env.PEER_MODULES + "/package.json");
const puppeteer = load("puppeteer-core");
const { createRunner, parse, PuppeteerRunnerExtension } = load("@puppeteer/replay");

(async () => {
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--host-resolver-rules=MAP *.test 127.0.0.1",
      "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable",
      "--disable-component-update",
      "--disable-background-networking",
    ],
  });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const began = process.hrtime.bigint();
    const answer = { ok: true };
    const context = await browser.createBrowserContext();
    try {
      const page = await context.newPage();
      const runner = await createRunner(parse(JSON.parse(line)), new PuppeteerRunnerExtension(browser, page, { timeout: 5000 }));
      await runner.run();
    } catch (e) {
      answer.ok = false;
      answer.error = String(e);
    }
    await context.close();
    answer.ms = Number(process.hrtime.bigint() - began) / 1e6;
    console.log(JSON.stringify(answer));
  }
  await browser.close();
})();
